import Blemish

/// Judges images by a model that `blemish train` wrote.
///
///     Consumer MODEL IMAGE...
@main
enum Consumer {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    guard let path = arguments.first, arguments.count > 1 else {
      print("usage: Consumer MODEL IMAGE...")
      return
    }
    let model = try ModelBundle.load(path, registry: .all, backbones: BackboneStore())
    for image in arguments.dropFirst() {
      let prediction = try model.predict(image)
      print(image, prediction.score, prediction.isAnomalous ? "anomalous" : "good")
    }
  }
}

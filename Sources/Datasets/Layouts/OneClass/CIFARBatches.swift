import Foundation
import Inspection

/// CIFAR-10's binary version: `data_batch_1.bin` to `data_batch_5.bin` and `test_batch.bin`, in a folder or in its
/// `cifar-10-batches-bin`.
struct CIFARBatches {
  static let classes = [
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
  ]

  private let training: [String]
  private let test: String

  /// Nil where there are none.
  init?(folder: String) {
    let places = [folder, "\(folder)/cifar-10-batches-bin"].flatMap { place in
      [(place, ".bin"), (place, ".bin.gz")]
    }
    let isThere = FileManager.default.fileExists(atPath:)
    guard
      let (place, ending) = places.first(where: { place, ending in
        isThere("\(place)/test_batch\(ending)")
      })
    else { return nil }
    test = "\(place)/test_batch\(ending)"
    training = (1...5).map { "\(place)/data_batch_\($0)\(ending)" }
  }

  func read() throws -> LabeledSet {
    func items(_ split: String, _ path: String) throws -> [LabeledSet.Item] {
      let file = URL(fileURLWithPath: path).lastPathComponent.prefix { $0 != "." }
      guard let labels = try ImageRecords.shared(path).labels,
        labels.allSatisfy({ Int($0) < Self.classes.count })
      else {
        throw InspectionError(
          path, found: "no batch of CIFAR-10", remedy: "fetch its binary version again")
      }
      return labels.enumerated().map { index, label in
        LabeledSet.Item(
          path: path, record: index,
          name: "\(split)/\(Self.classes[Int(label)])/\(file)-\(String(format: "%05d", index))",
          kind: Int(label))
      }
    }
    return LabeledSet(
      classes: Self.classes, training: try training.flatMap { try items("train", $0) },
      test: try items("test", test))
  }
}

import Blemish
import Foundation

/// Pictures to train and judge on, and a model of them, made once for all tests.
struct Workshop {
  static let shared = Result { try Workshop() }

  /// Side of the pictures in pixels.
  static let side = 72
  /// What makes a training short.
  static let quick = ["--image-size", "64", "--epochs", "1", "--taps", "8,16"]

  let folder: String
  /// In MVTec layout, 12 good images to train on, 3 good and 3 scratched ones to test.
  var data: String { "\(folder)/data" }
  var model: String { "\(folder)/model" }
  var testImages: [String] {
    ["good", "scratch"].flatMap { kind in (0..<3).map { "\(data)/test/\(kind)/\($0).png" } }
  }

  struct NoModel: Error { let said: String }

  private init() throws {
    folder =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("blemish-workshop-\(UUID().uuidString)").path
    Self.leftover = folder
    atexit {
      if let folder = Workshop.leftover { try? FileManager.default.removeItem(atPath: folder) }
    }
    for number in 0..<12 {
      try Self.write(Self.texture(seed: number), to: "\(data)/train/good/\(number).png")
    }
    for number in 0..<3 {
      try Self.write(Self.texture(seed: 20 + number), to: "\(data)/test/good/\(number).png")
      let (image, mask) = Self.scratched(seed: 30 + number)
      try Self.write(image, to: "\(data)/test/scratch/\(number).png")
      try Self.write(mask, to: "\(data)/ground_truth/scratch/\(number)_mask.png")
    }
    let outcome = try CommandRun(
      ["train", "--data", data, "--out", model] + Self.quick, in: folder
    ).finish()
    guard outcome.status == 0 else { throw NoModel(said: outcome.errors) }
  }

  nonisolated(unsafe) private static var leftover: String?

  /// Runs the command in the workshop.
  func run(_ arguments: [String], environment: [String: String] = [:]) throws -> CommandOutcome {
    try CommandRun(arguments, environment: environment, in: folder).finish()
  }

  /// Runs `body` in a folder of its own that is gone afterwards.
  func withFolder(_ body: (String) throws -> Void) throws {
    let path = "\(folder)/\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  static func write(_ image: Image, to path: String) throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try image.writePNG(to: path)
  }

  /// A woven pattern with some noise.
  static func texture(seed: Int, side: Int = side) -> Image {
    var random = SeededRandom(seed: UInt64(seed))
    let pixels = (0..<side * side).flatMap { index -> [UInt8] in
      let (x, y) = (Double(index % side), Double(index / side))
      let level = 120 + 50 * sin(x * 0.7) * cos(y * 0.5)
      return (0..<3).map { channel in
        UInt8(level + Double(channel) * 10 + Double.random(in: -8...8, using: &random))
      }
    }
    return Image(width: side, height: side, channels: 3, pixels: pixels)
  }

  /// A pattern with a bright bar, and where it is.
  static func scratched(seed: Int) -> (image: Image, mask: Image) {
    var pixels = texture(seed: seed).samples(of: UInt8.self)
    var mask = [UInt8](repeating: 0, count: side * side)
    for y in 20..<50 {
      for x in 30..<42 {
        mask[y * side + x] = 255
        for channel in 0..<3 { pixels[(y * side + x) * 3 + channel] = channel == 0 ? 250 : 20 }
      }
    }
    return (
      Image(width: side, height: side, channels: 3, pixels: pixels),
      Image(width: side, height: side, channels: 1, pixels: mask)
    )
  }
}

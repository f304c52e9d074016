import Fixtures
import Foundation

/// Small files in the formats of the labeled sets, written byte by byte.
enum LabeledFiles {
  /// An IDX array of bytes.
  static func idx(_ shape: [Int], _ elements: [UInt8]) -> [UInt8] {
    [0, 0, 8, UInt8(shape.count)]
      + shape.flatMap { size in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) } }
      + elements
  }

  /// Images of 3 x 2 pixels (columns x rows), whose levels are the number of the image and then 1...5.
  static func images(_ count: Int) -> [UInt8] {
    idx([count, 2, 3], (0..<count).flatMap { [UInt8($0), 1, 2, 3, 4, 5] })
  }

  static func write(_ bytes: [UInt8], to path: String) throws {
    try makeFolder(of: path)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  /// A set in IDX files: training labels 0, 1, 2 in turn, test labels 2, 1, 0.
  static func writeIDX(_ prefix: String = "", to folder: String, test: String = "t10k") throws {
    for (split, labels) in [("train", [0, 1, 2, 0, 1, 2]), (test, [2, 1, 0])] {
      try write(images(labels.count), to: "\(folder)/\(prefix)\(split)-images-idx3-ubyte")
      try write(
        idx([labels.count], labels.map(UInt8.init)),
        to: "\(folder)/\(prefix)\(split)-labels-idx1-ubyte")
    }
  }

  /// A batch of CIFAR-10: image `n` is of class `labels[n]`, with levels red `n`, green 100, blue 200.
  static func batch(_ labels: [UInt8]) -> [UInt8] {
    labels.enumerated().flatMap { index, label in
      [label] + [UInt8(index), 100, 200].flatMap { [UInt8](repeating: $0, count: 1024) }
    }
  }
}

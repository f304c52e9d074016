import Foundation
import Inspection

/// The four files of MNIST, Fashion-MNIST or a part of EMNIST, plain or gzip: `train-images-idx3-ubyte`, its labels, and
/// `t10k` or `test` in place of `train`.
///
/// EMNIST's images lie on their side, as published; to a detector that is all the same.
struct IDXFiles {
  private let folder: String
  private let trainingImages: String
  private let testImages: String

  /// Nil where there are no such files.
  ///
  /// - Throws: ``InspectionError`` where there are, but not one for training and one for the test.
  init?(folder: String, prefix: String) throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    let images = names.filter {
      $0.hasPrefix(prefix) && $0.contains(/images[-.]idx3-ubyte(\.gz)?$/)
    }
    guard !images.isEmpty else { return nil }
    // A file and its compressed form are the same.
    let distinct = images.filter { !($0.hasSuffix(".gz") && images.contains("\($0.dropLast(3))")) }
    let training = distinct.filter { $0.contains("train") }
    let test = distinct.filter { $0.contains("t10k") || $0.contains("test") }
    guard training.count == 1, test.count == 1 else {
      throw InspectionError(
        folder, found: "\(training.count) training and \(test.count) test files of images",
        remedy: "one of each must be there, as in train-images-idx3-ubyte.gz and"
          + " t10k-images-idx3-ubyte.gz")
    }
    self.folder = folder
    (trainingImages, testImages) = (training[0], test[0])
  }

  func read() throws -> LabeledSet {
    let (training, test) = (try labels(of: trainingImages), try labels(of: testImages))
    let classes = Set(training).union(test).sorted()
    func items(_ split: String, _ file: String, _ labels: [UInt8]) -> [LabeledSet.Item] {
      labels.enumerated().map { index, label in
        LabeledSet.Item(
          path: "\(folder)/\(file)", record: index,
          name: "\(split)/\(label)/\(String(format: "%06d", index))",
          kind: classes.firstIndex(of: label) ?? 0)
      }
    }
    return LabeledSet(
      classes: classes.map { "\($0)" }, training: items("train", trainingImages, training),
      test: items("test", testImages, test))
  }

  /// - Throws: ``InspectionError`` where they are not as many as the images.
  private func labels(of images: String) throws -> [UInt8] {
    let name = images.replacing("images", with: "labels").replacing("idx3", with: "idx1")
    let plain = name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
    let there = [name, plain, "\(plain).gz"].first {
      FileManager.default.fileExists(atPath: "\(folder)/\($0)")
    }
    let labels = try IDXArray.labels("\(folder)/\(there ?? name)")
    let count = try ImageRecords.shared("\(folder)/\(images)").count
    guard labels.count == count else {
      throw InspectionError(
        "\(folder)/\(name)", found: "\(labels.count) labels of \(count) images",
        remedy: "fetch the files again")
    }
    return labels
  }
}

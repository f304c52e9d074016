import Foundation
import Inspection
import Torch

/// Good images to learn from, and images to be judged.
public struct Dataset: Sendable {
  public let name: String
  /// Good images for fitting and calibration, in order of name.
  public let training: [Sample]
  /// Labeled images for evaluation, in order of name; empty where the data set has none.
  public let test: [Sample]

  public init(name: String, training: [Sample], test: [Sample]) {
    self.name = name
    self.training = training
    self.test = test
  }

  /// Whether some defect is marked pixel by pixel.
  public var hasMasks: Bool { test.contains { $0.maskPath != nil } }

  /// Opens what `--data` names, by the layouts of `registry`: `elpv:mono`, `elpv:poly`, one class of a labeled set such as `fashion-mnist:3` (see
  /// ``OneClassLocation``), a folder in MVTec layout, or a folder of good images.
  ///
  /// - Throws: ``InspectionError`` that names the folder and what is missing in it.
  public static func open(
    _ location: String, home: String, registry: DatasetRegistry = .standard
  ) throws -> Dataset {
    try registry.open(location, home: home)
  }

  /// SHA-256 over the names and contents of the training images: tells whether two models saw the same data.
  public func trainingHash() throws -> String {
    let digests = try training.map { "\($0.name) \(try $0.sha256())\n" }
    return SHA256.hex(of: Array(digests.joined().utf8))
  }
}

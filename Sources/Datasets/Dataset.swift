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
  /// What was taken, what was left out and why, and what may not be as it was meant.
  public let remarks: [Remark]
  /// Why there are no good images to learn from, where there are others to judge.
  let trainingObstacle: InspectionError?

  public init(name: String, training: [Sample], test: [Sample], remarks: [Remark] = []) {
    self.init(
      name: name, training: training, test: test, remarks: remarks, trainingObstacle: nil)
  }

  init(
    name: String, training: [Sample], test: [Sample], remarks: [Remark],
    trainingObstacle: InspectionError?
  ) {
    self.name = name
    self.training = training
    self.test = test
    self.remarks = remarks
    self.trainingObstacle = trainingObstacle
  }

  /// Whether some defect is marked pixel by pixel.
  public var hasMasks: Bool { test.contains { !$0.maskPaths.isEmpty } }

  /// Throws ``InspectionError`` that says what is missing where there is nothing to learn from.
  public func requireTraining() throws {
    if let trainingObstacle { throw trainingObstacle }
  }

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
    trainingHash(digests: try training.map { try $0.sha256() })
  }

  /// - Parameter digests: ``Sample/sha256()`` of each training image.
  package func trainingHash(digests: [String]) -> String {
    let lines = zip(training, digests).map { "\($0.name) \($1)\n" }
    return SHA256.hex(of: Array(lines.joined().utf8))
  }
}

/// Something that reading a data set, or looking at its images, noticed and a person would want to know.
public struct Remark: Sendable, Hashable {
  public enum Severity: Sendable, Hashable {
    /// What was taken and what was not.
    case fact
    /// What may not be as it was meant.
    case doubt
  }

  /// What the remark is of.
  public enum Part: Sendable, Hashable {
    case all, training, test
  }

  public let severity: Severity
  /// One line, which names what it is about.
  public let text: String
  public var part: Part

  public init(_ severity: Severity, _ text: String, of part: Part = .all) {
    self.severity = severity
    self.text = text
    self.part = part
  }

  static func fact(_ text: String, of part: Part = .all) -> Remark { Remark(.fact, text, of: part) }
  static func doubt(_ text: String, of part: Part = .all) -> Remark {
    Remark(.doubt, text, of: part)
  }
}

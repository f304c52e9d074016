import Foundation
import Inspection
import Torch

/// Good images to learn from, and images to be judged.
public struct Dataset: Sendable {
  /// What results and models call it: the name of the folder, or what was given, as `fashion-mnist:3`.
  public let name: String
  /// Good images for fitting and calibration, in order of name.
  public let training: [Sample]
  /// Labeled images for evaluation, in order of name; empty where the data set has none.
  public let test: [Sample]
  /// What was taken, what was left out and why, and what may not be as it was meant.
  public let remarks: [Remark]
  /// Why there are no good images to learn from, where there are others to judge.
  let trainingObstacle: InspectionError?

  /// - Parameter remarks: what a person is told before the images are used.
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
  package var hasMasks: Bool { test.contains { !$0.maskPaths.isEmpty } }

  /// Throws ``InspectionError`` that says what is missing where there is nothing to learn from.
  package func requireTraining() throws {
    if let trainingObstacle { throw trainingObstacle }
  }

  /// Opens what a person names as the data set, by the layouts of `registry`: `elpv:mono`, `elpv:poly`, one class of a labeled set such as `fashion-mnist:3`, a
  /// folder in MVTec layout, or a folder of good images.
  ///
  /// - Throws: ``InspectionError`` that names the folder and what is missing in it.
  public static func open(
    _ location: String, home: String, registry: DatasetRegistry = .standard
  ) throws -> Dataset {
    try registry.open(location, home: home)
  }

  /// SHA-256 over the names and contents of the training images: tells whether two models saw the same data.
  package func trainingHash() throws -> String {
    trainingHash(digests: try training.map { try $0.sha256() })
  }

  /// - Parameter digests: ``Sample/sha256()`` of each training image.
  package func trainingHash(digests: [String]) -> String {
    Self.hash(names: training.map(\.name), digests: digests)
  }

  /// What ``trainingHash(digests:)`` is of images of these names.
  package static func hash(names: [String], digests: [String]) -> String {
    let lines = zip(names, digests).map { "\($0) \($1)\n" }
    return SHA256.hex(of: Array(lines.joined().utf8))
  }
}

/// Something that reading a data set, or looking at its images, noticed and a person would want to know.
public struct Remark: Sendable, Hashable {
  /// Whether a person should only know, or look.
  public enum Severity: Sendable, Hashable {
    /// What was taken and what was not.
    case fact
    /// What may not be as it was meant.
    case doubt
  }

  /// The images that the remark is of: whoever trains need not hear of the test images.
  public enum Part: Sendable, Hashable {
    case all, training, test
  }

  /// A fact, or a doubt.
  public let severity: Severity
  /// One line, which names what it is about.
  public let text: String
  /// The images that it is of.
  public let part: Part

  /// - Parameter text: one line, which names what it is about.
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

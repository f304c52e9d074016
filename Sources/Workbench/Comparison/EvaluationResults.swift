import Datasets
import Foundation
import Inspection

/// What `blemish evaluate` left in a folder.
package struct EvaluationResults: Sendable {
  package let folder: String
  /// What the evaluation was told to look at, as it was told; nil where nothing says so.
  package let data: String?
  package let model: String?
  /// When and with what it was made.
  package let provenance: [String: JSONValue]
  /// Of `metrics.json`.
  package let metrics: EvaluationMetrics
  /// By their keys; empty where the results come from a version that kept none.
  package let curves: [String: EvaluationCurve]
  /// In the order of `predictions.jsonl`.
  package let images: [JudgedImage]

  /// Reads a folder of results.
  ///
  /// - Throws: ``InspectionError`` that names the file that is missing or cannot be understood.
  package init(_ folder: String) throws {
    try Self.check(folder)
    self.folder = folder
    metrics = try Self.metrics(in: folder)
    images = try Self.images(in: folder)
    try Self.check(metrics, images, folder)
    let isThere = { (name: String) in
      FileManager.default.fileExists(atPath: "\(folder)/\(name)")
    }
    curves =
      isThere(ResultFolder.curvesName)
      ? try Self.decode([String: EvaluationCurve].self, ResultFolder.curvesName, in: folder)
        .filter { !$0.value.points.isEmpty } : [:]
    let record =
      isThere(RunRecord.fileName)
      ? try Self.decode(JSONValue.self, RunRecord.fileName, in: folder).members : [:]
    data = record["data"]?.string
    model = record["model"]?.string
    provenance = record[RunRecord.recordKey]?.members ?? [:]
  }

  /// Says of a folder that cannot be compared what it is.
  private static func check(_ folder: String) throws {
    let files = FileManager.default
    guard ImageFolder.isFolder(folder) else {
      let exists = files.fileExists(atPath: folder)
      throw InspectionError(
        folder, found: exists ? "a file, not a folder" : "there is no such folder",
        remedy: "give folders that `blemish evaluate` wrote", isUsage: true)
    }
    guard !ModelBundle.isBundle(folder) else {
      throw InspectionError(
        folder, found: "a model, not results",
        remedy: "run `blemish evaluate --model \(folder)`, and give the folder that it writes",
        isUsage: true)
    }
    let has = { (name: String) in files.fileExists(atPath: "\(folder)/\(name)") }
    guard has(ResultFolder.metricsName) else {
      throw InspectionError(
        folder,
        found: has(ResultFolder.predictionsName)
          ? "predictions without metrics: `blemish predict` wrote it, or an evaluation was"
            + " interrupted"
          : "there are no results of an evaluation in it",
        remedy: "give a folder that `blemish evaluate` wrote and finished", isUsage: true)
    }
  }

  /// Metrics are written last: those of an earlier evaluation may lie beside the predictions of one that was stopped.
  private static func check(_ metrics: EvaluationMetrics, _ images: [JudgedImage], _ folder: String)
    throws
  {
    let counts = [Metric.goodImages, .defectiveImages].compactMap { metrics[$0] }
    let (told, judged) = (counts.reduce(0, +), images.count { $0.score != nil })
    guard counts.count < 2 || told == Double(judged) else {
      throw InspectionError(
        folder,
        found: "\(ResultFolder.metricsName) is about \(Digits.fixed(told, 0)) images,"
          + " \(ResultFolder.predictionsName) about \(judged): an evaluation was interrupted",
        remedy: "run `blemish evaluate` again")
    }
  }

  private static func metrics(in folder: String) throws -> EvaluationMetrics {
    let metrics = try decode(EvaluationMetrics.self, ResultFolder.metricsName, in: folder)
    guard !metrics.metrics.isEmpty else {
      throw foreign("\(folder)/\(ResultFolder.metricsName)", "no metrics in it")
    }
    return metrics
  }

  private static func images(in folder: String) throws -> [JudgedImage] {
    let path = "\(folder)/\(ResultFolder.predictionsName)"
    let bytes = try contents(path)
    var records: [JudgedImage.Line] = []
    for (number, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
      do { records.append(try JSONDecoder().decode(JudgedImage.Line.self, from: line)) } catch {
        throw foreign(path, "line \(number + 1) is no prediction")
      }
    }
    let depth = records.lazy.compactMap(\.depth).first
    return records.map { JudgedImage($0, depth: depth) }
  }

  private static func decode<Value: Decodable>(
    _ type: Value.Type, _ name: String, in folder: String
  ) throws -> Value {
    let path = "\(folder)/\(name)"
    let bytes = try contents(path)
    do { return try JSONDecoder().decode(type, from: bytes) } catch {
      throw foreign(path, "it is not in the form that this version writes")
    }
  }

  private static func contents(_ path: String) throws -> Data {
    do { return try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
      throw InspectionError(
        path, found: "it cannot be read (\(InspectionError.reason(error)))",
        remedy: "run `blemish evaluate` again")
    }
  }

  private static func foreign(_ path: String, _ found: String) -> InspectionError {
    InspectionError(
      path, found: found, remedy: "run `blemish evaluate` of this version again")
  }
}

extension JSONValue {
  fileprivate var string: String? {
    if case .string(let text) = self { text } else { nil }
  }
}

/// An image as a line of `predictions.jsonl` tells of it.
package struct JudgedImage: Sendable, Hashable {
  /// What makes an image the same in two runs: its path below the folder of its data set, and its label.
  package struct Identity: Sendable, Hashable, Comparable {
    package let name: String
    package let label: String

    package var isDefective: Bool { label != "good" }

    package static func < (a: Self, b: Self) -> Bool { (a.name, a.label) < (b.name, b.label) }
  }

  package let identity: Identity
  /// As it was when the image was judged.
  package let path: String
  /// Nil where the image could not be judged.
  package let score: Double?
  package let isAnomalous: Bool
  /// Below the folder of results.
  package let overlayPath: String?

  package var isDefective: Bool { identity.isDefective }

  /// The members of a line that matter here.
  struct Line: Decodable {
    /// Not there in lines of version 0.1.
    let name: String?
    let path: String
    let label: String
    let score: Double?
    let anomalous: Bool?
    let overlayPath: String?

    /// Parts of the path that lie below the data set's folder: the picture of `test/good/1.jpg` is
    /// `overlays/test/good/1.png`.
    var depth: Int? { overlayPath.map { $0.split(separator: "/").count - 1 } }
  }

  /// - Parameter depth: that of another line, for an image without a picture.
  init(_ line: Line, depth: Int?) {
    let parts = line.path.split(separator: "/")
    let name =
      line.name ?? parts.suffix(line.depth ?? depth ?? parts.count).joined(separator: "/")
    identity = Identity(name: name, label: line.label)
    path = line.path
    score = line.anomalous == nil ? nil : line.score
    isAnomalous = line.anomalous ?? false
    overlayPath = line.overlayPath
  }
}

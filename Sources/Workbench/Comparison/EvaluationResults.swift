import Datasets
import Foundation
import Inspection

/// What `blemish evaluate` left in a folder.
public struct EvaluationResults: Sendable {
  static let metricsName = "metrics.json"

  public let folder: String
  /// What the evaluation was told to look at, as it was told; nil where nothing says so.
  public let data: String?
  public let model: String?
  /// When and with what it was made.
  public let provenance: [String: JSONValue]
  /// The numbers of `metrics.json` by their keys; nil where one is undefined.
  public let metrics: [String: Double?]
  /// By their keys; empty where the results come from a version that kept none.
  public let curves: [String: EvaluationCurve]
  /// In the order of `predictions.jsonl`.
  public let images: [JudgedImage]

  /// Reads a folder of results.
  ///
  /// - Throws: ``InspectionError`` that names the file that is missing or cannot be understood.
  public init(_ folder: String) throws {
    try Self.check(folder)
    self.folder = folder
    metrics = try Self.metrics(in: folder)
    images = try Self.images(in: folder)
    try Self.check(metrics, images, folder)
    let isThere = { (name: String) in
      FileManager.default.fileExists(atPath: "\(folder)/\(name)")
    }
    curves =
      isThere(Evaluation.curvesName)
      ? try Self.decode([String: EvaluationCurve].self, Evaluation.curvesName, in: folder)
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
        folder, found: "a model, no results",
        remedy: "run `blemish evaluate --model \(folder)`, and give the folder that it writes",
        isUsage: true)
    }
    let has = { (name: String) in files.fileExists(atPath: "\(folder)/\(name)") }
    guard has(metricsName) else {
      throw InspectionError(
        folder,
        found: has(ResultFolder.predictionsName)
          ? "predictions without figures: `blemish predict` wrote it, or an evaluation was"
            + " interrupted"
          : "no results of an evaluation in it",
        remedy: "give a folder that `blemish evaluate` wrote and finished", isUsage: true)
    }
  }

  /// Figures are written last: those of an earlier evaluation may lie beside the predictions of one that was stopped.
  private static func check(_ metrics: [String: Double?], _ images: [JudgedImage], _ folder: String)
    throws
  {
    let counts = ["goodImages", "defectiveImages"].compactMap { metrics[$0] ?? nil }
    let (told, judged) = (counts.reduce(0, +), images.count { $0.score != nil })
    guard counts.count < 2 || told == Double(judged) else {
      throw InspectionError(
        folder,
        found: "\(metricsName) is about \(Digits.fixed(told, 0)) images,"
          + " \(ResultFolder.predictionsName) about \(judged): an evaluation was interrupted",
        remedy: "run `blemish evaluate` again")
    }
  }

  private static func metrics(in folder: String) throws -> [String: Double?] {
    let members = try decode(JSONValue.self, metricsName, in: folder).members
    let metrics = members.filter(\.value.isNumberOrNull).mapValues(\.asNumber)
    guard !metrics.isEmpty else { throw foreign("\(folder)/\(metricsName)", "no figures in it") }
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
      path, found: found, remedy: "write the results anew with `blemish evaluate` of this version")
  }
}

extension JSONValue {
  fileprivate var string: String? {
    if case .string(let text) = self { text } else { nil }
  }
}

import Foundation

/// One run: a line of the file of results.
struct PromiseRow: Codable {
  let conditions: PromiseConditions
  /// Nil where the run failed.
  var found: Findings?
  /// Why it failed.
  var failure: String?
  /// Of the source, as git describes it; with `-dirty` behind it where files were changed. Nil where it is not known.
  let commit: String?

  struct Findings: Codable {
    /// Good images that the data set has to learn from.
    let available: Int
    /// See `Provenance`: what identifies the images that were drawn.
    let datasetSHA256: String
    let fittingImages: Int
    let calibrationImages: Int
    let threads: Int
    /// Good and defective test images.
    let good: Int
    let defective: Int
    /// Of `Prediction.score`; nil where a class is missing.
    let imageAUROC: Double?
    /// Of the false alarms that come with calling the image anomalous, which decide; nil where there are none.
    let decisionAUROC: Double?
    /// By falling promise.
    let levels: [Level]
    /// Wall clock seconds of the stages of a training as `Provenance` has them, of all of it, and of judging all test images.
    let seconds: [String: Double]
    /// Processor seconds of the training and of judging.
    let processorSeconds: [String: Double]
  }

  /// What was found at one promise.
  struct Level: Codable {
    let promise: Double
    /// Names of the good test images that raise an alarm.
    let alarms: [String]
    /// Regions in good test images that have some, by name.
    let regions: [String: Int]
    /// Defective test images that raise an alarm.
    let detected: Int
    /// Share of the defective test images above ``OracleThreshold``; nil without any.
    let oracle: Double?
  }

  /// One line for who waits.
  var summary: String {
    let what =
      "\(conditions.data), \(conditions.images) images, \(conditions.detector), seed \(conditions.seed)"
    guard let found else { return "\(what): failed, \(failure ?? "without a reason")" }
    let levels = found.levels.map { level in
      "\(level.promise): \(level.alarms.count) of \(found.good) alarm,"
        + " \(level.detected) of \(found.defective) detected"
    }
    let seconds = (found.seconds["training"] ?? 0) + (found.seconds["judging"] ?? 0)
    return "\(what): \(levels.joined(separator: "; ")); \(String(format: "%.1f", seconds)) s"
  }
}

/// The file of results: one JSON object a line. Several processes may add to it.
struct PromiseFile {
  let path: String

  /// The last row of each run; none of a run that failed where another has succeeded. Lines that were cut off are left out.
  func rows() throws -> [PromiseRow] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    let decoder = JSONDecoder()
    var order: [PromiseConditions] = []
    var rows: [PromiseConditions: PromiseRow] = [:]
    let lines = try Data(contentsOf: URL(fileURLWithPath: path)).split(separator: 10)
    var unread = 0
    for line in lines {
      guard let row = try? decoder.decode(PromiseRow.self, from: line) else {
        unread += 1
        continue
      }
      let before = rows[row.conditions]
      if before == nil { order.append(row.conditions) }
      if row.found != nil || before?.found == nil { rows[row.conditions] = row }
    }
    if unread > 0 {
      FileHandle.standardError.write(
        Data("\(path): \(unread) of \(lines.count) lines are no results and were left out\n".utf8))
    }
    return order.compactMap { rows[$0] }
  }

  func finished() throws -> Set<PromiseConditions> {
    Set(try rows().filter { $0.found != nil }.map(\.conditions))
  }

  func append(_ row: PromiseRow) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var line = try encoder.encode(row)
    line.append(10)
    // What is appended in one piece is not mixed with what others append.
    let descriptor = open(path, O_RDWR | O_APPEND | O_CREAT, 0o644)
    guard descriptor >= 0 else {
      throw Misuse(description: "--out \(path): \(String(cString: strerror(errno)))")
    }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    let end = try file.seekToEnd()
    if end > 0 {
      // The last line may have been cut off.
      try file.seek(toOffset: end - 1)
      if try file.read(upToCount: 1) != Data([10]) { line.insert(10, at: 0) }
    }
    try file.write(contentsOf: line)
    try file.synchronize()
  }
}

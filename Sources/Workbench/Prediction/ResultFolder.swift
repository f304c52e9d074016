import Datasets
import Foundation
import Imaging
import Inspection
import Synchronization
import Torch

/// The folder that a run writes its results to: `predictions.jsonl`, below `overlays`, `maps` and `masks` one file an
/// image, and what the run adds with ``write(_:to:)``.
///
/// One process writes to it at a time. The results of an earlier run are removed before the first of the new ones is
/// written, and nothing else is: files are known by the names that this package gives, pictures by the earlier
/// `predictions.jsonl`.
public final class ResultFolder {
  package static let predictionsName = "predictions.jsonl"
  package static let metricsName = "metrics.json"
  package static let curvesName = "curves.json"
  package static let tableName = "predictions.csv"
  package static let reportName = "report.html"
  private static let parts = ["overlays": "png", "maps": "npy", "masks": "png"]

  public let path: String
  private let isNew: Bool
  private let lock: FolderLock
  private var lines: LineFile?
  // One image after another, so that lines stand in the order of the images.
  private let work = SerialWork(limit: 3)
  private let failure = Failure()
  private var usedNames: Set<String> = []

  /// The first error of a write.
  private final class Failure: Sendable {
    private let error = Mutex<(any Error)?>(nil)

    func note(_ body: () throws -> Void) {
      do { try body() } catch { self.error.withLock { $0 = $0 ?? error } }
    }

    func check() throws {
      if let error = error.withLock({ $0 }) { throw error }
    }
  }

  /// Makes the folder where there is none, and locks it until the value goes.
  ///
  /// - Throws: ``InspectionError`` where the folder cannot be made or written to, where another process writes to it, or
  ///   where it is a model.
  public init(_ path: String) throws {
    self.path = path
    isNew = !FileManager.default.fileExists(atPath: path)
    try Self.make(path)
    lock = try FolderLock(path)
  }

  deinit {
    work.finish()
    lock.release()
    // Where nothing came of it, no empty folder stays.
    if isNew { rmdir(path) }
  }

  /// Makes the folder `path`, unless something stands there that results must not touch.
  ///
  /// - Throws: ``InspectionError``.
  package static func make(_ path: String) throws {
    let files = FileManager.default
    guard !ModelBundle.isBundle(path) else {
      throw InspectionError(
        path, found: "a model, whose run.json would be lost", remedy: "choose another folder",
        isUsage: true)
    }
    guard !files.fileExists(atPath: path) || ImageFolder.isFolder(path) else {
      throw InspectionError(
        path, found: "a file, not a folder", remedy: "choose another folder for the results",
        isUsage: true)
    }
    do { try files.createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
      throw unwritable(path, error)
    }
  }

  /// Writes one more file of the results, as a whole.
  ///
  /// - Throws: `StorageError` that names the file.
  package func write(_ bytes: some ContiguousBytes, to name: String) throws {
    try AtomicFile.write(bytes, to: "\(path)/\(name)")
  }

  /// What an earlier evaluation has left and ``begin(_:)`` removes, told for a run that writes nothing like it; nil where
  /// there is none.
  package var replacedEvaluation: Remark? {
    let isThere = { (name: String) in
      FileManager.default.fileExists(atPath: "\(self.path)/\(name)")
    }
    let lost = [Self.reportName, Self.metricsName].filter(isThere)
    guard isThere(Self.predictionsName), !lost.isEmpty else { return nil }
    return Remark(
      .doubt,
      "\(path): the evaluation in it (\(lost.joined(separator: ", "))) is replaced by this run's results"
    )
  }

  // MARK: Predictions

  /// Removes what an earlier run has left, and begins `predictions.jsonl`.
  ///
  /// - Parameter samples: what is to be judged.
  /// - Throws: ``InspectionError`` where one of them is among what would go, or where the folder cannot be written to.
  func begin(_ samples: [Sample]) throws {
    try removeEarlierRun(sparing: samples)
    for part in Self.parts.keys {
      let folder = "\(path)/\(part)"
      do {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      } catch { throw Self.unwritable(path, error) }
    }
    lines = try LineFile("\(path)/\(Self.predictionsName)")
  }

  /// Writes the pictures and the line of a prediction, soon; hands the pictures to `body` on the way.
  ///
  /// - Throws: the error of an earlier write.
  func add(
    _ prediction: Prediction, of image: LoadedImage,
    _ body: @escaping @Sendable (PredictionPictures) throws -> Void = { _ in }
  ) throws {
    let name = uniqueName(image.sample.name)
    try submit { [path, lock, lines] in
      lock.note(name)
      let pictures = PredictionPictures(prediction, of: image.original)
      var record = PredictionRecord(image.sample)
      record.score = prediction.score
      record.verdict = prediction.verdict
      record.anomalous = prediction.isAnomalous
      record.log10FalseAlarms = prediction.log10FalseAlarms
      record.extrapolated = prediction.log10FalseAlarms == nil ? nil : prediction.isExtrapolated
      record.limit = prediction.decision.limit
      record.regions = prediction.regions
      record.overlayPath = "overlays/\(name).png"
      record.mapPath = "maps/\(name).npy"
      record.maskPath = "masks/\(name).png"
      for part in Self.parts.keys {
        let folder = URL(fileURLWithPath: "\(path)/\(part)/\(name)").deletingLastPathComponent()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      }
      try pictures.overlay.writePNG(to: "\(path)/overlays/\(name).png")
      try pictures.mask.writePNG(to: "\(path)/masks/\(name).png")
      let map = prediction.map
      try NPY.write(
        Tensor(map.values, shape: [map.height, map.width]), to: "\(path)/maps/\(name).npy")
      try body(pictures)
      try lines?.append(record)
    }
  }

  /// Writes the line of an image that could not be judged.
  func add(_ sample: Sample, error: String) throws {
    try submit { [lines] in
      var record = PredictionRecord(sample)
      record.error = error
      try lines?.append(record)
    }
  }

  /// Waits until all is written.
  func finish() throws {
    work.finish()
    lock.note("")
    try failure.check()
  }

  /// Hands the lines of `predictions.jsonl` to `body`, one after the other.
  ///
  /// - Throws: what `body` throws, or where the file cannot be read.
  package func forEachPrediction(_ body: (PredictionRecord) throws -> Void) throws {
    let bytes = try Data(
      contentsOf: URL(fileURLWithPath: "\(path)/\(Self.predictionsName)"), options: .alwaysMapped)
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      try body(JSONDecoder().decode(PredictionRecord.self, from: line))
    }
  }

  private func submit(_ body: @escaping @Sendable () throws -> Void) throws {
    try failure.check()
    work.submit { [failure] in failure.note(body) }
  }

  /// The name without its extension, made unique: `a/1.png` and `a/1.jpg` become `a/1` and `a/1-2`.
  private func uniqueName(_ name: String) -> String {
    let stem = name.withoutFileExtension
    var candidate = stem
    var number = 1
    while !usedNames.insert(candidate).inserted {
      number += 1
      candidate = "\(stem)-\(number)"
    }
    return candidate
  }

  private static func unwritable(_ path: String, _ error: any Error) -> InspectionError {
    InspectionError(
      path, found: "it cannot be written to (\(InspectionError.reason(error)))",
      remedy: "choose another folder, free space, or mend its permissions")
  }
}

// MARK: - What an earlier run has left

extension ResultFolder {
  private func removeEarlierRun(sparing samples: [Sample]) throws {
    let files = FileManager.default
    let predictions = "\(path)/\(Self.predictionsName)"
    guard let bytes = files.contents(atPath: predictions) else { return sweep() }
    let records = bytes.split(separator: UInt8(ascii: "\n"))
      .map { try? JSONDecoder().decode(PredictionRecord.self, from: $0) }
    guard records.isEmpty || records.contains(where: { $0 != nil }) else {
      throw InspectionError(
        predictions, found: "it was not written by Blemish", remedy: "choose another folder")
    }
    let pictures = records.compactMap { $0 }.flatMap(\.pictures).filter(Self.isOwn) + unfinished
    try checkInputs(samples, pictures)
    // What rests on the predictions goes before them. They go last: after a kill they still tell what remains to be done.
    for name in [Self.metricsName, Self.curvesName, Self.tableName, Self.reportName] {
      try remove(name)
    }
    if isOwnRecord { try remove(RunRecord.fileName) }
    for picture in pictures { try remove(picture) }
    sweep()
    try remove(Self.predictionsName)
  }

  /// The pictures of the image that a killed process was at.
  private var unfinished: [String] {
    lock.leftover.isEmpty
      ? [] : Self.parts.map { "\($0)/\(lock.leftover).\($1)" }.filter(Self.isOwn)
  }

  /// Whether a path can be one that ``add(_:of:_:)`` made: a damaged record must not lead out of the folder.
  private static func isOwn(_ path: String) -> Bool {
    let names = path.split(separator: "/", omittingEmptySubsequences: false)
    return names.count > 1 && parts[String(names[0])] == path.fileExtension
      && !names.contains("..") && !names.contains("")
  }

  /// Whether `run.json` tells of predictions.
  private var isOwnRecord: Bool {
    guard let bytes = FileManager.default.contents(atPath: "\(path)/\(RunRecord.fileName)"),
      let record = try? JSONDecoder().decode(JSONValue.self, from: bytes)
    else { return false }
    return record.members[RunRecord.recordKey] != nil
  }

  private func checkInputs(_ samples: [Sample], _ pictures: [String]) throws {
    let resolved = { (path: String) in URL(fileURLWithPath: path).resolvingSymlinksInPath().path }
    let root = resolved(path)
    let doomed = Set(pictures.map { "\(root)/\($0)" })
    let input = samples.lazy.flatMap { [$0.address] + $0.maskPaths }
      .first { doomed.contains(resolved($0)) }
    if let input {
      throw InspectionError(
        input, found: "a picture of the results that this run would replace",
        remedy: "choose another folder for the new results", isUsage: true)
    }
  }

  private func remove(_ name: String) throws {
    guard unlink("\(path)/\(name)") == 0 || errno == ENOENT || errno == ENOTDIR else {
      throw InspectionError(
        "\(path)/\(name)",
        found: "a result of an earlier run that cannot be removed"
          + " (\(String(cString: strerror(errno))))",
        remedy: "choose another folder, or mend its permissions")
    }
  }

  /// Removes temporary pictures that a killed process has left, and the folders that are empty now.
  private func sweep() {
    for part in Self.parts.keys {
      let folder = "\(path)/\(part)"
      let below = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
      let folders = below.map { "\(folder)/\($0)" }.filter(ImageFolder.isFolder) + [folder]
      // The deepest first, so that those above are empty in turn; one with something in it stays.
      for folder in folders.sorted(by: { $0.utf8.count > $1.utf8.count }) {
        Temporary.sweep(folder)
        rmdir(folder)
      }
    }
  }
}

/// `predictions.jsonl`: lines, each of which is there as a whole or not at all. One thread at a time may use it.
private final class LineFile: @unchecked Sendable {
  private let path: String
  private let descriptor: Int32
  private var count = 0

  init(_ path: String) throws {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure }
  }

  deinit { close(descriptor) }

  /// - Throws: ``InspectionError``; the lines before stay, and nothing of this one.
  func append(_ record: PredictionRecord) throws {
    let bytes = Array(try JSON.encode(record, pretty: false)) + [UInt8(ascii: "\n")]
    var written = -1
    repeat {
      written = pwrite(descriptor, bytes, bytes.count, off_t(count))
    } while written < 0
      && errno == EINTR
    guard written == bytes.count else {
      // A line that did not fit is a full disk, or a limit on the size of a file.
      let reason = written < 0 ? errno : ENOSPC
      ftruncate(descriptor, off_t(count))
      errno = reason
      throw failure
    }
    count += bytes.count
  }

  /// Takes the reason from `errno`; ask for it directly after the failure.
  private var failure: InspectionError {
    InspectionError(
      path, found: "cannot write to it (\(String(cString: strerror(errno))))",
      remedy: "free space on the disk, or choose another folder")
  }
}

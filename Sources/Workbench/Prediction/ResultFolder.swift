import Datasets
import Foundation
import Imaging
import Inspection
import Torch

/// The folder that predictions are written to: `predictions.jsonl`, and below `overlays`, `maps` and `masks` one file an
/// image. Files are written beside the work that makes them, lines in order.
final class ResultFolder {
  static let predictionsName = "predictions.jsonl"

  let path: String
  private let lines: FileHandle
  private let queue = DispatchQueue(label: "results")
  private let room = DispatchSemaphore(value: 4)
  // Touched on the queue alone.
  private let failure = Failure()
  private var usedNames: Set<String> = []

  private final class Failure: @unchecked Sendable {
    private let lock = NSLock()
    private var error: (any Error)?

    func note(_ body: () throws -> Void) {
      do { try body() } catch { lock.withLock { self.error = self.error ?? error } }
    }

    func check() throws {
      if let error = lock.withLock({ error }) { throw error }
    }
  }

  /// - Throws: ``InspectionError`` where the folder cannot be made or written to.
  init(_ path: String) throws {
    self.path = path
    let files = FileManager.default
    guard !ModelBundle.isBundle(path) else {
      throw InspectionError(
        path, found: "a model, whose run.json would be lost", remedy: "choose another folder",
        isUsage: true)
    }
    guard !files.fileExists(atPath: path) || ImageFolder.isFolder(path) else {
      throw InspectionError(
        path, found: "a file, not a folder", remedy: "choose another place for the results",
        isUsage: true)
    }
    do {
      for part in ["overlays", "maps", "masks"] {
        try files.createDirectory(atPath: "\(path)/\(part)", withIntermediateDirectories: true)
      }
      let name = "\(path)/\(Self.predictionsName)"
      try Data().write(to: URL(fileURLWithPath: name))
      lines = try FileHandle(forWritingTo: URL(fileURLWithPath: name))
    } catch {
      throw InspectionError(
        path, found: "it cannot be written to (\(InspectionError.reason(error)))",
        remedy: "choose another folder, free space, or mend its permissions")
    }
  }

  /// Writes the pictures and the line of a prediction, soon; hands the pictures to `body` on the way.
  ///
  /// - Throws: the error of an earlier write.
  func add(
    _ prediction: Prediction, of image: LoadedImage,
    _ body: @escaping @Sendable (PredictionPictures) throws -> Void = { _ in }
  ) throws {
    let name = uniqueName(image.sample.name)
    try submit { [path, lines] in
      let pictures = PredictionPictures(prediction, of: image.original)
      var record = PredictionRecord(path: image.sample.address, label: image.sample.kind)
      record.score = prediction.score
      record.anomalous = prediction.isAnomalous
      record.log10FalseAlarms = prediction.log10FalseAlarms
      record.regions = prediction.regions
      record.overlayPath = "overlays/\(name).png"
      record.mapPath = "maps/\(name).npy"
      record.maskPath = "masks/\(name).png"
      for part in ["overlays", "maps", "masks"] {
        let folder = URL(fileURLWithPath: "\(path)/\(part)/\(name)").deletingLastPathComponent()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      }
      try pictures.overlay.writePNG(to: "\(path)/overlays/\(name).png")
      try pictures.mask.writePNG(to: "\(path)/masks/\(name).png")
      let map = prediction.map
      try NPY.write(
        Tensor(map.values, shape: [map.height, map.width]), to: "\(path)/maps/\(name).npy")
      try body(pictures)
      try Self.append(record, to: lines, path)
    }
  }

  /// Writes the line of an image that could not be judged.
  func add(_ sample: Sample, error: String) throws {
    try submit { [path, lines] in
      var record = PredictionRecord(path: sample.address, label: sample.kind)
      record.error = error
      try Self.append(record, to: lines, path)
    }
  }

  /// Waits until all is written.
  func finish() throws {
    queue.sync {}
    try failure.check()
  }

  private func submit(_ body: @escaping @Sendable () throws -> Void) throws {
    try failure.check()
    room.wait()
    queue.async { [failure, room] in
      failure.note(body)
      room.signal()
    }
  }

  private static func append(_ record: PredictionRecord, to lines: FileHandle, _ path: String)
    throws
  {
    do {
      try lines.write(contentsOf: JSON.encode(record, pretty: false) + Data("\n".utf8))
    } catch {
      throw InspectionError(
        "\(path)/\(predictionsName)",
        found: "it cannot be written (\(InspectionError.reason(error)))",
        remedy: "free space on the disk")
    }
  }

  /// The name without its extension, made unique: `a/1.png` and `a/1.jpg` become `a/1` and `a/1-2`.
  private func uniqueName(_ name: String) -> String {
    let stem = (name as NSString).deletingPathExtension
    var candidate = stem
    var number = 1
    while !usedNames.insert(candidate).inserted {
      number += 1
      candidate = "\(stem)-\(number)"
    }
    return candidate
  }
}

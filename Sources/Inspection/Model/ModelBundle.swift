import Backbones
import Foundation
import Torch

/// A model on disk: a folder with `manifest.json` and `tensors.safetensors`.
///
/// It may be damaged or made up: whatever it holds, loading it gives a sound model or an error.
public enum ModelBundle {
  static let manifestName = "manifest.json"
  static let tensorsName = "tensors.safetensors"

  /// Writes `model` to the folder `path`; an older bundle there, or an empty folder, is replaced at once when the new one
  /// is complete.
  ///
  /// - Parameter extras: further files of the bundle, by name.
  /// - Throws: `StorageError` or ``InspectionError``; what stood there before still stands then.
  public static func save(_ model: Model, to path: String, extras: [String: Data] = [:]) throws {
    try AtomicFolder.write(to: path, replacing: isReplaceable) { folder in
      let tensors = "\(folder)/\(tensorsName)"
      try SafeTensors.write(model.fitted.tensors, metadata: [:], to: tensors)
      let manifest = Manifest(
        detector: type(of: model.detector).name, settings: try encode(model.detector),
        preprocessing: model.preprocessing, backbone: model.backbone,
        calibration: model.calibration, provenance: model.provenance,
        tensorsSHA256: try SHA256.hex(ofFile: tensors))
      try AtomicFile.write(JSON.encode(manifest), to: "\(folder)/\(manifestName)")
      for (name, content) in extras { try AtomicFile.write(content, to: "\(folder)/\(name)") }
    }
  }

  private static func encode(_ detector: some Detector) throws -> JSONValue {
    try JSONValue(encoding: detector)
  }

  /// Whether a folder looks like one.
  public static func isBundle(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(path)/\(manifestName)")
  }

  /// Checks that a model can be saved at `path`, better before the work than after it.
  ///
  /// - Throws: ``InspectionError`` that names the path, or the folder that it would lie in.
  public static func checkTarget(_ path: String) throws {
    try AtomicFolder.checkTarget(path, replacing: isReplaceable)
  }

  private static func isReplaceable(_ path: String) -> Bool {
    guard !isBundle(path) else { return true }
    // What cannot be listed is left alone, as what is no folder is.
    let content = try? FileManager.default.contentsOfDirectory(atPath: path)
    return content?.isEmpty ?? false
  }

  /// Reads a bundle and makes it ready to predict.
  ///
  /// - Parameters:
  ///   - registry: the detectors that it may be of, such as `.all`.
  ///   - backbones: where the weights of its backbone are.
  ///   - device: where it shall compute.
  /// - Throws: an error that names the file: ``InspectionError`` for no bundle, another schema, damaged tensors or other
  ///   weights, `StorageError` for files that cannot be read, `WeightsError` for weights that are not there.
  public static func load(
    _ path: String, registry: DetectorRegistry, backbones: BackboneStore, device: Device = .cpu
  ) throws -> Model {
    try withinMemory(path, remedy: "close other programs") {
      try load(path, registry: registry, device: device) { try backbones.load($0, on: device) }
    }
  }

  /// As ``load(_:registry:backbones:device:)``, with the backbone from elsewhere.
  package static func load(
    _ path: String, registry: DetectorRegistry, device: Device = .cpu,
    backbone: (BackboneReference) throws -> any Backbone
  ) throws -> Model {
    let manifest = try manifest(path, contents(path))
    let detector = try checked(path) {
      try registry.detector(manifest.detector, saved: manifest.settings.members)
    }
    let (height, width) = (manifest.preprocessing.height, manifest.preprocessing.width)
    try checked(path) {
      try manifest.preprocessing.validate()
      try detector.checkSettings(height: height, width: width)
      guard manifest.backbone?.id == detector.backboneID else {
        throw InspectionError(
          "backbone", found: manifest.backbone?.id ?? "none",
          remedy: "the settings name \(detector.backboneID ?? "none")", isUsage: true)
      }
    }
    let file = try tensorFile(path, manifest)
    let backbone = try manifest.backbone.map(backbone)
    try checked(path) {
      try detector.validate(height: height, width: width, backbone: backbone)
    }
    let onDevice = try SafeTensors(file).tensors.mapValues { tensor in try tensor.to(device) }
    let fitted = try restore(detector, onDevice, backbone, file.path)
    try checked(path) { try fitted.checkImageSize(height: height, width: width) }
    return Model(
      detector: detector,
      scorer: Scorer(
        fitted, manifest.preprocessing, device: device),
      calibration: manifest.calibration, backbone: manifest.backbone,
      provenance: manifest.provenance)
  }

  /// The tensors' file, if it is what was written: a regular file that memory can hold, with the digest of the manifest.
  private static func tensorFile(_ path: String, _ manifest: Manifest) throws -> MappedFile {
    let memory = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    let file = try MappedFile("\(path)/\(tensorsName)", limit: memory)
    guard SHA256.hex(of: file.bytes) == manifest.tensorsSHA256 else {
      throw InspectionError(
        file.path, found: "its SHA-256 is not the one that the manifest names", remedy: damaged)
    }
    return file
  }

  /// Lays what is wrong with the manifest's content at the manifest's door. What would be a user's mistake is none here.
  private static func checked<Result>(_ path: String, _ body: () throws -> Result) throws -> Result
  {
    do { return try body() } catch let error as InspectionError {
      throw InspectionError(
        "\(path)/\(manifestName)", found: "\(error.subject): \(error.found)",
        remedy: error.isUsage ? damaged : error.remedy)
    }
  }

  private static let damaged =
    "the bundle is damaged: copy it again from where it was trained, or train it anew"

  /// - Throws: an error that names the tensors' file where they are not those of such a detector.
  private static func restore(
    _ detector: some Detector, _ tensors: [String: Tensor], _ backbone: (any Backbone)?,
    _ file: String
  ) throws -> any FittedDetector {
    do { return try detector.restore(tensors, backbone: backbone) } catch let error as TorchError {
      // Memory that does not suffice is no fault of the file.
      throw error
    } catch {
      throw InspectionError(file, found: "\(error)", remedy: damaged)
    }
  }

  /// What a bundle says of itself, without its tensors and weights.
  ///
  /// - Throws: as ``load(_:registry:backbones:device:)`` where its manifest cannot be read.
  public static func describe(_ path: String) throws -> JSONValue {
    let data = try contents(path)
    _ = try manifest(path, data)
    return try JSONDecoder().decode(JSONValue.self, from: data)
  }

  private static func manifest(_ path: String, _ data: Data) throws -> Manifest {
    let file = "\(path)/\(manifestName)"
    do {
      let schema = try JSONDecoder().decode(ManifestSchema.self, from: data).schema
      guard Manifest.schemas.contains(schema) else {
        throw InspectionError(
          file, found: "schema \(schema), this version reads schema \(Manifest.currentSchema)",
          remedy: schema > Manifest.currentSchema
            ? "update Blemish, or train the model anew" : "train the model anew")
      }
      return try JSONDecoder().decode(Manifest.self, from: data)
    } catch let error as DecodingError {
      throw InspectionError(file, found: error.finding, remedy: damaged)
    }
  }

  /// What is larger is no manifest.
  private static let largestManifest = 1 << 26

  private static func contents(_ path: String) throws -> Data {
    let file = "\(path)/\(manifestName)"
    var status = stat()
    // All else, such as a permission that lacks, is told where the file is opened.
    if stat(file, &status) != 0, errno == ENOENT || errno == ENOTDIR {
      let found =
        if AtomicFolder.isFolder(path) { "no \(manifestName) in it" } else {
          stat(path, &status) == 0 ? "a file, not a folder" : "there is no such folder"
        }
      throw InspectionError(
        path, found: found, remedy: "give the folder that `blemish train` wrote", isUsage: true)
    }
    return try MappedFile(file, limit: largestManifest).withBytes { Data($0) }
  }
}

/// `manifest.json` of a model bundle: all of the model but its tensors.
private struct Manifest: Codable {
  /// Raised whenever an older program could not read a newer bundle, or the other way round.
  static let currentSchema = 3
  /// Those that can be read: in the second, of version 0.1, images have no law of their own.
  static let schemas = 2...currentSchema

  var schema = Self.currentSchema
  let detector: String
  let settings: JSONValue
  let preprocessing: ImagePreprocessing
  let backbone: BackboneReference?
  let calibration: Calibration
  let provenance: Provenance
  /// SHA-256 of `tensors.safetensors`.
  let tensorsSHA256: String
}

/// Read first, so that a bundle of another schema is told apart from a damaged one.
private struct ManifestSchema: Codable { let schema: Int }

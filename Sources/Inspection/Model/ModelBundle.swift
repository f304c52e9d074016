import Backbones
import Foundation
import Torch

/// A model on disk: a folder with `manifest.json` and `tensors.safetensors`.
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

  public static func isBundle(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(path)/\(manifestName)")
  }

  /// Throws where nothing could be saved at `path`: better before the work than after it.
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
  /// - Throws: an error that names the file: no bundle, another schema, damaged tensors, missing or other weights.
  public static func load(
    _ path: String, registry: DetectorRegistry, backbones: BackboneStore, device: Device = .cpu
  ) throws -> Model {
    try withinMemory(path, remedy: "close other programs") {
      try read(path, registry: registry, backbones: backbones, device: device)
    }
  }

  private static func read(
    _ path: String, registry: DetectorRegistry, backbones: BackboneStore, device: Device
  ) throws -> Model {
    let manifest = try manifest(path)
    let detector = try checked(path) {
      try registry.detector(manifest.detector, settings: manifest.settings.members)
    }
    let tensors = "\(path)/\(tensorsName)"
    guard try SHA256.hex(ofFile: tensors) == manifest.tensorsSHA256 else {
      throw InspectionError(
        tensors, found: "its SHA-256 is not the one that the manifest names", remedy: damaged)
    }
    let backbone = try manifest.backbone.map { try backbones.load($0, on: device) }
    let (height, width) = (manifest.preprocessing.height, manifest.preprocessing.width)
    try checked(path) {
      guard ImagePreprocessing.sides.contains(height), ImagePreprocessing.sides.contains(width)
      else {
        throw InspectionError("image size", found: "\(width) x \(height)", remedy: "")
      }
      try detector.validate(height: height, width: width, backbone: backbone)
    }
    let stored = try SafeTensors.read(tensors).tensors
    let onDevice = try stored.mapValues { tensor in try tensor.to(device) }
    return Model(
      detector: detector,
      scorer: Scorer(
        try restore(detector, onDevice, backbone), manifest.preprocessing, device: device),
      calibration: manifest.calibration, backbone: manifest.backbone,
      provenance: manifest.provenance)
  }

  /// Lays what is wrong with the manifest's content at the manifest's door.
  private static func checked<Result>(_ path: String, _ body: () throws -> Result) throws -> Result
  {
    do { return try body() } catch let error as InspectionError {
      throw InspectionError(
        "\(path)/\(manifestName)", found: "\(error.subject): \(error.found)", remedy: damaged)
    }
  }

  private static let damaged =
    "the bundle is damaged: copy it again from where it was trained, or train it anew"

  private static func restore(
    _ detector: some Detector, _ tensors: [String: Tensor], _ backbone: (any Backbone)?
  ) throws -> any FittedDetector {
    try detector.restore(tensors, backbone: backbone)
  }

  /// What a bundle says of itself, without its tensors and weights.
  public static func describe(_ path: String) throws -> JSONValue {
    _ = try manifest(path)
    return try JSONDecoder().decode(JSONValue.self, from: contents(path))
  }

  private static func manifest(_ path: String) throws -> Manifest {
    let data = try contents(path)
    let file = "\(path)/\(manifestName)"
    do {
      let schema = try JSONDecoder().decode(ManifestSchema.self, from: data).schema
      guard schema == Manifest.currentSchema else {
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

  private static func contents(_ path: String) throws -> Data {
    guard AtomicFolder.isFolder(path) else {
      throw InspectionError(
        path,
        found: FileManager.default.fileExists(atPath: path)
          ? "a file, not a folder" : "there is no such folder",
        remedy: "give the folder that `blemish train` wrote",
        isUsage: true)
    }
    guard let data = FileManager.default.contents(atPath: "\(path)/\(manifestName)") else {
      throw InspectionError(
        path, found: "no \(manifestName) in it",
        remedy: "give the folder that `blemish train` wrote",
        isUsage: true)
    }
    return data
  }
}

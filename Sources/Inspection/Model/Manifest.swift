import Foundation

/// `manifest.json` of a model bundle: all of the model but its tensors.
struct Manifest: Codable {
  /// Raised whenever an older program could not read a newer bundle, or the other way round.
  static let currentSchema = 2

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
struct ManifestSchema: Codable { let schema: Int }

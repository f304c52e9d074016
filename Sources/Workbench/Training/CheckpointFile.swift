import Foundation
import Inspection
import Torch

/// The checkpoint of a training on disk: one safetensors file beside the model to be, replaced as a whole after every
/// epoch.
package struct CheckpointFile: CheckpointStore {
  package let path: String
  /// What the training is of: it resumes only from a checkpoint of the same.
  let identity: [String: JSONValue]
  let resumes: Bool

  private static let identityKey = "training"
  private static let stateKey = "state"

  /// - Parameter resumes: whether to resume from a checkpoint that is there; it is replaced otherwise.
  package init(_ path: String, identity: [String: JSONValue], resumes: Bool) {
    self.path = path
    self.identity = identity
    self.resumes = resumes
  }

  /// Where the checkpoint of a training lies whose model is to be `model`.
  package static func path(besideModel model: String) -> String {
    URL(fileURLWithPath: model).standardizedFileURL.path + ".checkpoint"
  }

  /// Whether there is a checkpoint at `path`.
  ///
  /// - Throws: ``InspectionError`` where something else stands there, which no checkpoint should replace.
  package static func exists(_ path: String) throws -> Bool {
    guard FileManager.default.fileExists(atPath: path) else { return false }
    do {
      _ = try entry(identityKey, of: SafeTensors.read(path), path)
    } catch is StorageError { throw foreign(path) }
    return true
  }

  /// Removes the checkpoint at `path` when the model is finished; nothing where there is none.
  package static func remove(_ path: String) throws {
    if try exists(path) { try FileManager.default.removeItem(atPath: path) }
  }

  package func load() throws -> Checkpoint? {
    guard resumes, FileManager.default.fileExists(atPath: path) else { return nil }
    let file = try SafeTensors.read(path)
    try check(try Self.entry(Self.identityKey, of: file, path).members)
    return Checkpoint(
      tensors: file.tensors, state: try Self.entry(Self.stateKey, of: file, path))
  }

  package func save(_ checkpoint: Checkpoint) throws {
    let entries = try [Self.identityKey: .object(identity), Self.stateKey: checkpoint.state]
      .mapValues { String(decoding: try JSON.encode($0, pretty: false), as: UTF8.self) }
    try SafeTensors.write(checkpoint.tensors, metadata: entries, to: path)
  }

  private func check(_ kept: [String: JSONValue]) throws {
    for name in Set(kept.keys).union(identity.keys).sorted() where kept[name] != identity[name] {
      func told(_ value: JSONValue?) throws -> String {
        guard let value else { return "none" }
        return String(decoding: try JSON.encode(value, pretty: false), as: UTF8.self)
      }
      throw InspectionError(
        path,
        found: "it belongs to another training: \(name) was \(try told(kept[name])),"
          + " is \(try told(identity[name])) now",
        remedy: "use the same settings as then, or start from the beginning, without resuming",
        isUsage: true)
    }
  }

  private static func entry(_ key: String, of file: SafeTensors, _ path: String) throws
    -> JSONValue
  {
    guard let text = file.metadata[key],
      let value = try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    else { throw foreign(path) }
    return value
  }

  private static func foreign(_ path: String) -> InspectionError {
    InspectionError(
      path, found: "it is not the checkpoint of a training",
      remedy: "remove it, or choose another path",
      isUsage: true)
  }
}

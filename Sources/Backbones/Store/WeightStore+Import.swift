import Foundation
import Torch

extension WeightStore {
  /// Copies weights of `architecture` from the file at `path` into the store.
  ///
  /// The file is the published one or the archive that it is published in, a state dictionary or checkpoint of
  /// `torch.save`, or safetensors. It is kept byte for byte where it can be loaded so; where all names have a prefix
  /// that the network's have not, such as `model.`, the tensors are written as safetensors under the network's names.
  ///
  /// - Parameter replacing: whether other weights that are there go.
  /// - Throws: `ParameterError` with what is missing, unknown or of another shape; ``ReplacementError``;
  ///   `StorageError`.
  public func importFile(
    _ path: String, for architecture: BackboneArchitecture, replacing: Bool = false
  ) throws -> InstalledWeights {
    // A mistaken path shall not leave a folder behind.
    let original = try MappedFile(path)
    try makeFolder()
    // What a killed process leaves of it is swept up by the next that writes to the store.
    let temporary = try Temporary.folder(for: architecture.id, in: "\(folder)/")
    defer { try? FileManager.default.removeItem(atPath: temporary.path) }
    let staged = "\(temporary.path)/weights"
    let isPacked = try unpack(path, architecture.published, to: staged)
    let source = WeightFile(path: isPacked ? staged : path)
    if let tensors = try renamed(source, for: architecture, path: path) {
      try SafeTensors.write(tensors, to: staged)
    } else if !isPacked {
      try original.withBytes { try AtomicFile.write($0, to: staged) }
    }

    let file = WeightFile(path: staged)
    let digest = try file.sha256()
    if !replacing, let present = state(of: architecture).usable {
      let found = try present.sha256()
      guard found == digest else {
        throw ReplacementError(backbone: architecture.id, file: present.path, sha256: found)
      }
      try note(digest, of: present, architecture.id)
      return InstalledWeights(present, sha256: digest, of: architecture, isNew: false)
    }
    let installed = try install(architecture, as: file.format(), sha256: digest) {
      try PartialFile(staged).move(to: $0)
    }
    return InstalledWeights(installed, sha256: digest, of: architecture, isNew: true)
  }

  /// The tensors under the network's names; nil where the file can be loaded as it is.
  private func renamed(
    _ file: WeightFile, for architecture: BackboneArchitecture, path: String
  ) throws -> [String: Tensor]? {
    let tensors = try file.tensors()
    do {
      _ = try architecture.load(.tensors(tensors))
      return nil
    } catch let error as ParameterError {
      guard let renamed = Self.withoutCommonPrefix(tensors) else { throw error.about(path) }
      do { _ = try architecture.load(.tensors(renamed)) } catch let second as ParameterError {
        throw (second.missing.count < error.missing.count ? second : error).about(path)
      }
      return renamed.filter { !BackboneArchitecture.isSurplus($0.key) }
    }
  }

  /// The tensors without the modules around the network, such as `model.` or `module.backbone.`; nil without any.
  private static func withoutCommonPrefix(_ tensors: [String: Tensor]) -> [String: Tensor]? {
    let paths = tensors.keys.map { $0.split(separator: ".", omittingEmptySubsequences: false) }
    guard let first = paths.first else { return nil }
    let shared = first.indices.dropLast().prefix { index in
      paths.allSatisfy { $0.count > index + 1 && $0[index] == first[index] }
    }
    guard !shared.isEmpty else { return nil }
    return Dictionary(
      uniqueKeysWithValues: tensors.map { name, tensor in
        let kept = name.split(separator: ".", omittingEmptySubsequences: false)
          .dropFirst(shared.count)
        return (kept.joined(separator: "."), tensor)
      })
  }
}

extension ParameterError {
  fileprivate func about(_ path: String) -> ParameterError {
    ParameterError(
      origin: "\(path), read as \(origin)", missing: missing, extra: extra, misshapen: misshapen)
  }
}

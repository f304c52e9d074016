import Torch

/// Where a fit stands, so that another process can go on from there.
public struct Checkpoint {
  public let tensors: [String: Tensor]
  /// What is no tensor.
  public let state: JSONValue

  public init(tensors: [String: Tensor], state: JSONValue) {
    self.tensors = tensors
    self.state = state
  }
}

/// Keeps the latest checkpoint of a fit, wherever that is: a detector reads and writes no file.
public protocol CheckpointStore {
  /// What an earlier fit of the same settings on the same images has left; nil where the fit starts from the beginning.
  ///
  /// - Throws: where there is something that the fit cannot go on from.
  func load() throws -> Checkpoint?

  /// Keeps `checkpoint` in place of the one before, as a whole or not at all.
  ///
  /// - Throws: where it cannot be kept.
  func save(_ checkpoint: Checkpoint) throws
}

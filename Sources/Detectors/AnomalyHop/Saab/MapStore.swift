import Torch

/// Maps of all training images, batch by batch and as often as wanted: kept in memory where they fit, else made anew
/// each time.
final class MapStore {
  /// Bytes that one store may keep.
  static let limit = 512 << 20

  private let source: (Visit) throws -> Void
  private var kept: [(Range<Int>, Tensor)] = []
  private var isComplete = false

  typealias Visit = (Range<Int>, Tensor) throws -> Void

  init(_ source: @escaping (Visit) throws -> Void) { self.source = source }

  /// Hands over every batch `[N, C, H, W]` with the range of its images.
  func visit(_ body: Visit) throws {
    if isComplete {
      for (range, maps) in kept { try body(range, maps) }
      return
    }
    var bytes = 0
    kept = []
    try source { range, maps in
      bytes += maps.count * maps.dtype.byteCount
      if bytes <= Self.limit { kept.append((range, maps)) } else { kept = [] }
      try body(range, maps)
    }
    isComplete = bytes <= Self.limit
  }

  /// What `body` makes of every batch.
  func mapped(_ body: @escaping (Tensor) -> Tensor) -> MapStore {
    MapStore { visitor in
      try self.visit { range, maps in try visitor(range, noGrad { body(maps) }) }
    }
  }
}

/// Which levels the deep samples of many images use: a camera of 12 bits writes 0 to 4095 into 16, a program 0 to 1 into
/// floats, and taken for all that the samples could hold, both are black.
package struct LevelCensus: Sendable {
  /// Beyond a bound there may be as many samples as this share: pixels that a camera has lost are no levels of the scene.
  private static let tolerance = 1e-4
  private static let bounds: [Float] = [
    1, 2, 4, 8, 16, 127, 255, 1023, 4095, 16383, 32767, 65535,
  ]

  /// Finite color samples that were counted.
  package private(set) var count = 0
  private var above = [Int](repeating: 0, count: bounds.count)
  private var below = [Int](repeating: 0, count: bounds.count)
  private var negatives = 0
  private var lowest = Float.infinity
  private var highest = -Float.infinity
  private var isFractional = false
  package private(set) var hasIntegers = false
  package private(set) var hasFloats = false
  /// Whether some samples are infinite or not a number.
  package private(set) var hasGaps = false

  package init() {}

  /// Counts the samples of a 16-bit or float image; one of 8 bits uses the levels that it has.
  package mutating func add(_ image: Image) {
    switch image.depth {
    case .uint8: return
    case .uint16:
      hasIntegers = true
      image.withUnsafeBytes { add($0.bindMemory(to: UInt16.self), image.channels) { Float($0) } }
    case .float32:
      hasFloats = true
      image.withUnsafeBytes { add($0.bindMemory(to: Float.self), image.channels) { $0 } }
    }
  }

  private mutating func add<Sample>(
    _ samples: UnsafeBufferPointer<Sample>, _ channels: Int, _ value: (Sample) -> Float
  ) {
    for index in samples.indices where channels < 4 || index % 4 < 3 {
      let value = value(samples[index])
      guard value.isFinite else {
        hasGaps = true
        continue
      }
      count += 1
      if value > highest { highest = value }
      if value < lowest { lowest = value }
      if value < 0 { negatives += 1 }
      if !isFractional, value != value.rounded() { isFractional = true }
      // A hundredth more than 1 is what filters make of a picture in 0...1.
      let size = abs(value)
      for (rank, bound) in Self.bounds.enumerated() {
        // Signed numbers reach one further down than up.
        let edge = rank == 0 ? 1.01 : value < 0 && bound > 16 ? bound + 1 : bound
        guard size > edge else { break }
        if value < 0 { below[rank] += 1 } else { above[rank] += 1 }
      }
    }
  }

  package mutating func add(_ other: LevelCensus) {
    count += other.count
    negatives += other.negatives
    lowest = min(lowest, other.lowest)
    highest = max(highest, other.highest)
    isFractional = isFractional || other.isFractional
    hasIntegers = hasIntegers || other.hasIntegers
    hasFloats = hasFloats || other.hasFloats
    hasGaps = hasGaps || other.hasGaps
    for rank in above.indices {
      above[rank] += other.above[rank]
      below[rank] += other.below[rank]
    }
  }

  /// The least and the greatest level; nil where none was counted.
  package var extent: ClosedRange<Float>? { count > 0 ? lowest...highest : nil }

  /// The levels that should become 0 and 255; nil where the samples mean what they can hold (16 bits in use, floats of
  /// 0...255), or where none was counted.
  package var range: ClosedRange<Float>? {
    guard count > 0 else { return nil }
    let spared = Int(Double(count) * Self.tolerance)
    if negatives > spared {
      let bounds = candidates(isSigned: true)
      return -(bound(below, bounds, spared) ?? -lowest)...(bound(above, bounds, spared) ?? highest)
    }
    let upper = bound(above, candidates(isSigned: false), spared) ?? highest
    if upper == 255 && hasFloats || upper == 65535 && hasIntegers { return nil }
    return 0...max(upper, 1)
  }

  /// Whether the samples use about as much as images do whose levels become black and white by `levels`, see
  /// ``Image/visible(levels:)``: if not, these are black, or white, without a reason in the scene.
  package func suits(_ levels: ClosedRange<Float>?) -> Bool {
    guard count > 0 else { return true }
    let upper = range?.upperBound ?? (hasFloats ? 255 : 65535)
    guard let levels else {
      // Scenes may be dark, but not by four bits.
      return hasFloats ? upper == 255 : upper > 4095
    }
    // Levels that a person has chosen may leave out any part.
    return !Self.bounds.contains(levels.upperBound) || upper <= levels.upperBound
  }

  /// Bounds that mean something: bits of cameras, and for fractions also small powers of two.
  private func candidates(isSigned: Bool) -> [Float] {
    Self.bounds.filter { bound in
      switch bound {
      case 1: hasFloats
      case 2, 4, 8, 16: isFractional
      case 127, 32767: isSigned
      default: true
      }
    }
  }

  /// The least bound that no more than `spared` samples are beyond.
  private func bound(_ beyond: [Int], _ candidates: [Float], _ spared: Int) -> Float? {
    candidates.first { bound in
      Self.bounds.firstIndex(of: bound).map { beyond[$0] <= spared } ?? false
    }
  }
}

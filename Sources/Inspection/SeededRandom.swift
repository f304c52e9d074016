import Torch

/// SplitMix64 (Steele, Lea and Flood 2014): the same order on every machine for the same seed.
public struct SeededRandom: RandomNumberGenerator {
  /// Another with this for a seed draws what this one would have drawn next.
  public private(set) var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// A source of random numbers whose state can be saved, so that an interrupted training continues with the same numbers.
public protocol ResumableRandom: AnyObject {
  /// What it will draw next follows from this tensor alone.
  var state: Tensor { get }

  /// Continues from a ``state`` that was saved.
  ///
  /// - Throws: any error where it is none.
  func restore(_ state: Tensor) throws
}

extension Generator: ResumableRandom {
  public func restore(_ state: Tensor) throws { try restore(bytes: state) }
}

/// ``SeededRandom``, shared by all who draw from it.
public final class SharedRandom: RandomNumberGenerator, ResumableRandom {
  private var random: SeededRandom

  public init(seed: UInt64) { random = SeededRandom(seed: seed) }

  public func next() -> UInt64 { random.next() }

  public var state: Tensor { Tensor([Int64(bitPattern: random.state)]) }

  public func restore(_ state: Tensor) throws {
    random = SeededRandom(seed: UInt64(bitPattern: state.moved(to: .cpu).array(of: Int64.self)[0]))
  }
}

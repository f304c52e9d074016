import CTorch

/// A source of random numbers on the CPU with a seed of its own.
public final class Generator: @unchecked Sendable {
  let handle: CTGenerator
  public init(seed: UInt64) { handle = ct_generator_create(seed) }
  deinit { ct_generator_release(handle) }
}

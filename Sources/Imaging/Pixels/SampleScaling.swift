/// How 16-bit and float samples become 8-bit ones.
public enum SampleScaling: Sendable, Equatable {
  /// The high byte of 16 bits (`v >> 8`), what Pillow does to 16-bit RGB; a float is cut to 0...255.
  case highByte

  /// The nearest of 256 levels (`v / 257`, rounded) of the full 16-bit range; a float is taken as 0...1.
  case fullRange

  /// Lower bound to 0, upper bound to 255, linear and rounded in between: for 10- or 12-bit cameras and float maps.
  case window(ClosedRange<Float>)
}

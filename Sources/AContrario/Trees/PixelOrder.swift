/// The pixels of an image from the lowest value to the highest; equal values stay in raster order.
struct PixelOrder {
  let pixels: [Int32]

  /// Sorts finite values in time linear in their number; throws ``AContrarioError/nonFinite(x:y:value:)``.
  init(values: UnsafeBufferPointer<Float>, width: Int) throws {
    var keys = [UInt64](repeating: 0, count: values.count)
    var spare = keys
    try keys.withUnsafeMutableBufferPointer { keys in
      for pixel in values.indices {
        let value = values[pixel]
        guard value.isFinite else {
          throw AContrarioError.nonFinite(x: pixel % width, y: pixel / width, value: "\(value)")
        }
        keys[pixel] = UInt64(Self.rank(value)) << 32 | UInt64(pixel)
      }
      spare.withUnsafeMutableBufferPointer { spare in
        Self.sort(keys, spare)
      }
    }
    pixels = keys.map { Int32(truncatingIfNeeded: $0) }
  }

  /// An integer that grows with the value and is one for both zeros.
  private static func rank(_ value: Float) -> UInt32 {
    let bits = (value + 0).bitPattern
    return bits >> 31 == 0 ? bits | 0x8000_0000 : ~bits
  }

  /// Radix sort by the upper half of the keys, from its low byte to its high byte.
  private static func sort(
    _ keys: UnsafeMutableBufferPointer<UInt64>, _ spare: UnsafeMutableBufferPointer<UInt64>
  ) {
    var (source, target) = (keys, spare)
    for shift in stride(from: UInt64(32), to: 64, by: 8) {
      var starts = [Int](repeating: 0, count: 257)
      for key in source { starts[Int(truncatingIfNeeded: key &>> shift & 255) + 1] += 1 }
      if starts.contains(keys.count) { continue }
      for digit in 0..<256 { starts[digit + 1] += starts[digit] }
      starts.withUnsafeMutableBufferPointer { starts in
        for key in source {
          let digit = Int(truncatingIfNeeded: key &>> shift & 255)
          target[starts[digit]] = key
          starts[digit] += 1
        }
      }
      swap(&source, &target)
    }
    if source.baseAddress != keys.baseAddress { _ = keys.update(fromContentsOf: source) }
  }
}

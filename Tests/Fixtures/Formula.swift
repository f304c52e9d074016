import Torch

/// Weights by the formula of `Scripts/fixtures/backbones.py`, so that none need to be stored.
public enum Formula {
  /// Values in [-1, 1) from an integer hash of the name and the index.
  public static func uniform(_ name: String, count: Int) -> [Float] {
    let seed = name.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
    return [Float](unsafeUninitializedCapacity: count) { values, initialized in
      for index in 0..<count {
        var v = UInt32(truncatingIfNeeded: index) &* 2_654_435_761 &+ seed
        v ^= v >> 15
        v = v &* 2_246_822_519
        v ^= v >> 13
        v = v &* 3_266_489_917
        v ^= v >> 16
        values[index] = Float(v >> 8) * 0x1p-23 - 1
      }
      initialized = count
    }
  }

  public static func parameter(_ name: String, _ shape: [Int]) -> Tensor {
    let values = uniform(name, count: shape.reduce(1, *))
    let (scale, offset): (Float, Float) =
      if name.hasSuffix("running_var") {
        (0.5, 1)
      } else if shape.count == 1 {
        (0.25, name.hasSuffix("weight") ? 1 : 0)
      } else {
        (Float((6 / Double(shape.dropFirst().reduce(1, *))).squareRoot()), 0)
      }
    return Tensor(values.map { $0 * scale + offset }, shape: shape)
  }
}

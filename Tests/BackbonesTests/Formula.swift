import Backbones
import Torch

/// Weights and images by the formula of `Scripts/fixtures/backbones.py`, so that none need to be stored.
enum Formula {
  /// Values in [-1, 1) from an integer hash of the name and the index.
  static func uniform(_ name: String, count: Int) -> [Float] {
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

  static func parameter(_ name: String, _ shape: [Int]) -> Tensor {
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

  /// A state dictionary with every tensor of the network.
  static func weights(_ architecture: BackboneArchitecture) -> [String: Tensor] {
    architecture.parameterShapes.reduce(into: [:]) { $0[$1.key] = parameter($1.key, $1.value) }
  }

  /// Two images `[2, 3, height, width]`.
  static func images(height: Int, width: Int) -> Tensor {
    let values = uniform("images", count: 6 * height * width)
    return Tensor(values.map { $0 * 2 }, shape: [2, 3, height, width])
  }
}

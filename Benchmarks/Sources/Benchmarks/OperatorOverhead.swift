import Torch

/// What one small operator call costs from Swift, in microseconds; the counterpart of `python/op_overhead.py`.
enum OperatorOverhead {
  static func run(calls: Int = 2000, repeats: Int = 25) -> [String: [String: Double]] {
    let generator = Generator(seed: 0)
    let normal = { (shape: [Int]) in Tensor.normal(shape, generator: generator) }
    let (scalar, other) = (normal([1]), normal([1]))
    let (tile, tileOther) = (normal([8, 8]), normal([8, 8]))
    let tracked = normal([8, 8])
    tracked.requiresGrad = true
    let (image, weight, bias) = (normal([1, 4, 8, 8]), normal([4, 4, 3, 3]), normal([4]))
    let cases: [(String, () -> Tensor)] = [
      ("add_1", { scalar + other }), ("mul_1", { scalar * other }), ("relu_1", { scalar.relu() }),
      ("add_8x8", { tile + tileOther }), ("mul_8x8", { tile * tileOther }),
      ("relu_8x8", { tile.relu() }), ("matmul_8x8", { tile.matmul(tileOther) }),
      ("add_8x8_tracked", { tracked + tile }), ("sum_8x8", { tile.sum() }),
      ("view_8x8", { tile.reshaped(64) }), ("transpose_8x8", { tile.transposed(0, 1) }),
      ("cat_8x8", { .concatenate([tile, tileOther], axis: 1) }),
      ("conv2d_4x8x8", { image.convolved2d(weight, bias: bias, padding: 1) }),
    ]
    var result: [String: [String: Double]] = [:]
    for (name, call) in cases {
      let measurement = Measurement(repeats: repeats) { for _ in 0..<calls { _ = call() } }
      result[name] = measurement.summary(scale: 1e6, count: calls)
    }
    return result
  }
}

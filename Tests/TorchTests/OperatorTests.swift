import Fixtures
import Foundation
import Testing
import Torch

/// Outputs and gradients of PyTorch are the oracle (`Scripts/fixtures/torch_operators.py`).
@Suite struct OperatorTests {
  typealias Operation = @Sendable ([Tensor]) throws -> [Tensor]

  static let operations: [String: Operation] = [
    "conv2d": { [$0[0].convolved2d($0[1], bias: $0[2])] },
    "conv2d_stride2": { [$0[0].convolved2d($0[1], bias: $0[2], stride: 2, padding: 1)] },
    "conv2d_dilation": { [$0[0].convolved2d($0[1], bias: $0[2], padding: 2, dilation: 2)] },
    "conv2d_groups": { [$0[0].convolved2d($0[1], bias: $0[2], padding: 1, groups: 2)] },
    "conv2d_depthwise": { [$0[0].convolved2d($0[1], stride: 2, padding: 1, groups: 4)] },
    "conv2d_pointwise": { [$0[0].convolved2d($0[1], bias: $0[2])] },
    "conv_transpose2d": {
      [$0[0].transposeConvolved2d($0[1], bias: $0[2], stride: 2, padding: 1, outputPadding: 1)]
    },
    "conv_transpose2d_groups": { [$0[0].transposeConvolved2d($0[1], stride: 2, groups: 2)] },
    "linear": { [$0[0].linear($0[1], bias: $0[2])] },
    "linear_no_bias": { [$0[0].linear($0[1])] },
    "matmul": { [$0[0].matmul($0[1])] },
    "matmul_batched": { [$0[0].matmul($0[1])] },
    "matmul_vector": { [$0[0].matmul($0[1])] },
    "batch_norm_eval": {
      [
        $0[0].batchNormalized(
          weight: $0[1], bias: $0[2], mean: $0[3], variance: $0[4], training: false)
      ]
    },
    "layer_norm": { [$0[0].layerNormalized([5], weight: $0[1], bias: $0[2], epsilon: 1e-6)] },
    "layer_norm_volume": { [$0[0].layerNormalized([3, 2, 4], weight: $0[1], bias: $0[2])] },
    "relu": { [$0[0].relu()] }, "relu6": { [$0[0].relu6()] },
    "leaky_relu": { [$0[0].leakyReLU(slope: 0.1)] },
    "sigmoid": { [$0[0].sigmoid()] }, "tanh": { [$0[0].tanh()] },
    "softplus": { [$0[0].softplus(beta: 0.5)] }, "softplus_default": { [$0[0].softplus()] },
    "exp": { [$0[0].exp()] }, "log": { [$0[0].log()] }, "sqrt": { [$0[0].sqrt()] },
    "rsqrt": { [$0[0].reciprocalSqrt()] }, "square": { [$0[0].square()] },
    "abs": { [$0[0].abs()] }, "add": { [$0[0] + $0[1]] },
    "sub": { [$0[0] - $0[1]] }, "mul": { [$0[0] * $0[1]] }, "div": { [$0[0] / $0[1]] },
    "maximum": { [.maximum($0[0], $0[1])] }, "minimum": { [.minimum($0[0], $0[1])] },
    "softmax": { [$0[0].softmax(1)] },
    "max_pool2d": { [$0[0].maxPooled2d(3, stride: 2, padding: 1)] },
    "avg_pool2d": { [$0[0].averagePooled2d(3, stride: 1, padding: 1)] },
    "adaptive_avg_pool2d": { [$0[0].adaptiveAveragePooled2d(3, 4)] },
    "pixel_shuffle": { [$0[0].pixelShuffled(2)] },
    "pixel_unshuffle": { [$0[0].pixelUnshuffled(2)] },
    "pad_reflect": { [$0[0].padded([1, 2, 2, 0], mode: "reflect")] },
    "interpolate_bilinear": { [$0[0].resampled(height: 9, width: 11)] },
    "interpolate_bilinear_corners": { [$0[0].resampled(height: 9, width: 11, alignCorners: true)] },
    "interpolate_bilinear_down": { [$0[0].resampled(height: 4, width: 5)] },
    "interpolate_bicubic": { [$0[0].resampled(height: 9, width: 11, .bicubic)] },
    "interpolate_bicubic_corners": {
      [$0[0].resampled(height: 9, width: 11, .bicubic, alignCorners: true)]
    },
    "interpolate_nearest": { [$0[0].resampled(height: 9, width: 11, .nearest)] },
    "upsample_bilinear2d_aa_float": { [$0[0].resizedAntialiased(height: 5, width: 7)] },
    "cat": { [.concatenate($0, axis: 1)] }, "stack": { [.stack($0, axis: 1)] },
    "split": { $0[0].split([3, 4], axis: 1) },
    "index_select": { [$0[0].selecting($0[1], axis: 1)] },
    "gather": { [$0[0].gathering($0[1], axis: 1)] }, "permute": { [$0[0].permuted(2, 0, 1)] },
    "transpose": { [$0[0].transposed(0, 2)] }, "flip": { [$0[0].flipped(1, 2)] },
    "sum": { [$0[0].sum(1, 3)] },
    "sum_keepdim": { [$0[0].sum(2, 3, keepDimensions: true)] }, "sum_all": { [$0[0].sum()] },
    "mean": { [$0[0].mean(1, 3)] }, "mean_all": { [$0[0].mean()] },
    "amax": { [$0[0].max(1, 3)] }, "amin": { [$0[0].min(1, 3)] },
    "logsumexp": { [$0[0].logSumExp(1, 3)] }, "var": { [$0[0].variance(1, 3)] },
    "var_population": { [$0[0].variance(1, 3, correction: 0)] },
    "argmax": { [$0[0].argmax(1)] },
    "topk": {
      let top = $0[0].top(3, axis: 1)
      return [top.values, top.indices]
    },
    "topk_smallest": {
      let top = $0[0].top(2, axis: 1, largest: false)
      return [top.values, top.indices]
    },
    "sort": {
      let sorted = $0[0].sorted(axis: 1)
      return [sorted.values, sorted.indices]
    },
    "cholesky": { [try $0[0].cholesky()] }, "linalg_inv": { [try $0[0].inverse()] },
    "clamp": { [$0[0].clamped(min: -1, max: 2)] }, "clamp_min": { [$0[0].clamped(min: 0.5)] },
    "where": { [.where($0[0], $0[1], $0[2])] }, "gt": { [$0[0] .> $0[1]] },
    "cross_entropy": { [$0[0].crossEntropy($0[1])] },
    "addcmul": { [$0[0].adding($0[1], times: $0[2])] },
    "addcmul_weighed": { [$0[0].adding($0[1], times: $0[2], weighed: 0.3)] },
    "scaled_dot_product_attention": { [.attention($0[0], $0[1], $0[2])] },
    "gelu_in_place": {
      let x = $0[0].cloned()
      x.applyGELU()
      return [x]
    },
    "einsum": { [.einsum("bij,bjk->bik", $0[0], $0[1])] },
    "einsum_bilinear": { [.einsum("bi,ij,bj->b", $0[0], $0[1], $0[2])] },
  ]

  @Test(arguments: operations.keys.sorted())
  func operatorsAndGradientsArePyTorchs(_ name: String) throws {
    let fixture = try Fixture.load("torch_operators", beside: #filePath)
    func all(_ kind: String) -> [Tensor] {
      (0..<8).mapWhile { fixture["\(name).\(kind)\($0)"] }
    }
    let inputs = all("input").map { $0.detached().cloned() }
    let differentiable = inputs.indices.filter { fixture["\(name).grad\($0)"] != nil }
    for index in differentiable { inputs[index].requiresGrad = true }

    let operation: Operation = try #require(Self.operations[name])
    let outputs = try operation(inputs)
    let expected = all("output")
    #expect(outputs.count == expected.count && !outputs.isEmpty)
    for (output, oracle) in zip(outputs, expected) {
      #expect(output.dtype == oracle.dtype)
      #expect(output.shape == oracle.shape)
      #expect(error(output, oracle) < 2e-6)
    }
    guard !differentiable.isEmpty else { return }
    let weighted = outputs.enumerated().filter { $1.dtype.isFloatingPoint }.map { index, output in
      let weights = (0..<output.count).map { cos(0.7 * Double($0) + Double(index)) }
      return (output * Tensor(weights, shape: output.shape).to(output.dtype)).sum()
    }
    let gradients = weighted.dropFirst().reduce(weighted[0], +)
      .gradients(of: differentiable.map { inputs[$0] })
    for (index, gradient) in zip(differentiable, gradients) {
      let oracle = try #require(fixture["\(name).grad\(index)"])
      #expect(error(try #require(gradient), oracle) < 5e-6, "input \(index)")
    }
  }

  /// What operators give once memory has run out has the shapes and types of what they give otherwise.
  @Test(arguments: operations.keys.sorted())
  func shapesAreTheSameWithoutData(_ name: String) throws {
    let fixture = try Fixture.load("torch_operators", beside: #filePath)
    let inputs = (0..<8).mapWhile { fixture["\(name).input\($0)"] }.map { $0.detached().cloned() }
    let operation: Operation = try #require(Self.operations[name])
    let expected = try operation(inputs)
    let outputs = try withoutData { try operation(inputs) }
    #expect(outputs.map(\.description) == expected.map(\.description))
    #expect(outputs.allSatisfy { $0.storageBytes <= 8 })
  }

  @Test func eigenvaluesArePyTorchs() throws {
    let fixture = try Fixture.load("torch_operators", beside: #filePath)
    let (values, vectors) = try #require(fixture["linalg_eigh.input0"]).symmetricEigen()
    #expect(error(values, try #require(fixture["linalg_eigh.output0"])) < 1e-12)
    #expect(error(vectors.abs(), try #require(fixture["linalg_eigh.output1"])) < 1e-12)
  }

  @Test func batchStatisticsMoveAsPyTorchs() throws {
    let fixture = try Fixture.load("torch_operators", beside: #filePath)
    let inputs = (0..<5).compactMap { fixture["batch_norm_train.input\($0)"]?.cloned() }
    let output = inputs[0].batchNormalized(
      weight: inputs[1], bias: inputs[2], mean: inputs[3], variance: inputs[4], training: true)
    for (index, value) in [output, inputs[3], inputs[4]].enumerated() {
      let oracle = try #require(fixture["batch_norm_train.output\(index)"])
      #expect(error(value, oracle) < 1e-6)
    }
  }

  /// Every operator that the sources name exists in the installed libtorch with as many arguments as they say: making
  /// one that does not ends the program.
  @Test func namesAndAritiesAreTheInstalledLibtorchs() throws {
    let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Sources")
    let files = try FileManager.default.subpathsOfDirectory(atPath: sources.path)
      .filter { $0.hasSuffix(".swift") }
    var found = 0
    for file in files {
      let text = try String(
        contentsOf: sources.appendingPathComponent(file), encoding: .utf8)
      for match in text.matches(
        of: /Operator\(\s*"([\w:]+)"(?:,\s*"(\w*)")?,\s*arguments: (\d+)\s*\)/)
      {
        _ = Operator(
          String(match.1), match.2.map(String.init) ?? "", arguments: try #require(Int(match.3)))
        found += 1
      }
    }
    #expect(found > 80)
  }

  private func error(_ a: Tensor, _ b: Tensor) -> Double {
    let b = b.to(.float64)
    return ((a.detached().to(.float64) - b).abs().max() / (b.abs().max() + 1e-12)).item()
  }
}

extension Sequence {
  /// The images of the first elements, up to the first that has none.
  fileprivate func mapWhile<T>(_ transform: (Element) -> T?) -> [T] {
    var result: [T] = []
    for element in self {
      guard let image = transform(element) else { break }
      result.append(image)
    }
    return result
  }
}

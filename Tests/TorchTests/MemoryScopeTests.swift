import Testing
import Torch

/// What memory no machine has is asked for: 2^50 numbers.
@Suite struct MemoryScopeTests {
  private static let side = 1 << 25

  private struct OtherError: Error {}

  private func exhaust() -> Tensor { .zeros([Self.side, Self.side]) + 1 }

  @Test func theFirstOperatorWithoutMemoryIsThrown() throws {
    let error = #expect(throws: TorchError.self) {
      _ = try throwingOutOfMemory { () -> Tensor in
        let x = exhaust()
        do {
          try checkMemory()
          Issue.record("memory has run out")
        } catch {}
        precondition(x.shape == [Self.side, Self.side])
        return x.sum(0).softmax(0)
      }
    }
    #expect(error?.kind == .outOfMemory)
    #expect(error?.operation == "aten::zeros")
    #expect(error?.description.contains("memory ran out in aten::zeros") == true)
    #expect(error?.description.contains("which wanted") == true)
  }

  @Test func nothingOfItOutlivesTheScope() throws {
    #expect(throws: TorchError.self) { try throwingOutOfMemory { exhaust() } }
    try checkMemory()
    let sum = try throwingOutOfMemory { (Tensor([1, 2] as [Float]) + 1).sum().item() }
    #expect(sum == 5)
  }

  @Test func whatTheBodyMakesOfItIsNotBelieved() {
    let error = #expect(throws: TorchError.self) {
      try throwingOutOfMemory {
        guard exhaust()[0].sum().item() != 0 else { throw OtherError() }
      }
    }
    #expect(error?.kind == .outOfMemory)
    #expect(throws: OtherError.self) { try throwingOutOfMemory { throw OtherError() } }
  }

  @Test func anInnerScopeEndsByItself() throws {
    let value = try throwingOutOfMemory {
      let first = try? throwingOutOfMemory { exhaust() }
      return first == nil ? Tensor([3] as [Float]).item() : 0
    }
    #expect(value == 3)
    #expect(throws: TorchError.self) {
      try throwingOutOfMemory {
        _ = exhaust()
        try throwingOutOfMemory { preconditionFailure("memory had run out before") }
      }
    }
  }

  @Test func aStepOfTrainingChangesNothing() throws {
    let weight = Tensor([2] as [Float])
    weight.requiresGrad = true
    let adam = Adam([weight], learningRate: 0.1)
    #expect(throws: TorchError.self) {
      try throwingOutOfMemory {
        let loss = (Tensor.zeros([Self.side, Self.side]) * weight).square().mean()
        adam.step(loss.gradients(of: [weight]).map { $0! })
        precondition(loss.item() == 0 && weight.array(of: Float.self).count == 1)
      }
    }
    #expect(weight.item() == 2)
  }

  @Test func preparedWeightsStayAsTheyAre() throws {
    let kernel = Tensor.normal([4, 3, 3, 3], generator: Generator(seed: 1))
    let image = Tensor.normal([1, 3, 16, 16], generator: Generator(seed: 2))
    let convolution = FrozenConvolution2D(
      weight: kernel, bias: .zeros([4]), padding: 1, activation: .relu)
    let expected = noGrad { convolution(image) }
    #expect(throws: TorchError.self) {
      try throwingOutOfMemory {
        let x = noGrad { convolution(.zeros([Self.side, 3, 4096, 4096])) }
        precondition(x.shape == [Self.side, 4, 4096, 4096])
      }
    }
    #expect(noGrad { convolution(image) }.array(of: Float.self) == expected.array(of: Float.self))
  }

  @Test func drawsKeepTheirShape() {
    let drawn = withoutData { () -> [Tensor] in
      let generator = Generator(seed: 1)
      return [
        .permutation(7, generator: generator), .normal([2, 3], generator: generator),
        .identity(4, dtype: .float64), .range(5),
      ]
    }
    #expect(
      drawn.map(\.description) == ["int64[7]", "float32[2, 3]", "float64[4, 4]", "int64[5]"])
  }

  @Test func residualsKeepTheirShape() throws {
    let kernel = Tensor.normal([4, 4, 3, 3], generator: Generator(seed: 1))
    let convolution = FrozenConvolution2D(
      weight: kernel, bias: .zeros([4]), stride: 2, padding: 1, dilation: 2)
    let (x, residual) = (Tensor.zeros([2, 4, 17, 16]), Tensor.zeros([2, 4, 8, 7]))
    let expected = noGrad { [convolution(x).shape, convolution(x, adding: residual).shape] }
    let shapes = withoutData {
      noGrad { [convolution(x).shape, convolution(x, adding: residual).shape] }
    }
    #expect(shapes == expected)
  }
}

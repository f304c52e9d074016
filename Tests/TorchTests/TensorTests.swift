import CTorch
import Testing
import Torch

@Suite struct TensorTests {
  @Test func valuesSurviveTheRoundTrip() {
    let values: [Float] = [1, -2, 3.5, 0, 5, 6]
    let tensor = Tensor(values, shape: [2, 3])
    #expect(tensor.shape == [2, 3])
    #expect(tensor.strides == [3, 1])
    #expect(tensor.dtype == .float32)
    #expect(tensor.array(of: Float.self) == values)
    #expect(tensor.transposed(0, 1).array(of: Float.self) == [1, 0, -2, 5, 3.5, 6])
  }

  @Test func borrowedMemoryIsGivenBackOnce() {
    final class Owner {
      let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 16, alignment: 16)
      let onRelease: () -> Void
      init(_ onRelease: @escaping () -> Void) {
        self.onRelease = onRelease
        bytes.copyBytes(from: [1, 2, 3, 4] as [UInt8])
      }
      deinit {
        bytes.deallocate()
        onRelease()
      }
    }
    var released = 0
    do {
      let view: Tensor
      do {
        let owner = Owner { released += 1 }
        view = Tensor(
          borrowing: UnsafeRawBufferPointer(owner.bytes), shape: [2, 2], dtype: .uint8, owner: owner
        )
      }
      #expect(released == 0)
      #expect(view[1].array(of: UInt8.self) == [3, 4])
    }
    #expect(released == 1)
  }

  @Test func memoryIsGivenBackOnceWhereNoTensorComesOfIt() {
    var released = 0
    let tensor = withUnsafeMutablePointer(to: &released) { count in
      ct_tensor_borrow(nil, [-1], [1], 1, DType.uint8.rawValue, count) {
        $0?.assumingMemoryBound(to: Int.self).pointee += 1
      }
    }
    #expect(tensor == nil)
    #expect(released == 1)
  }

  @Test func liveTensorsReturnToTheirCount() {
    let before = Tensor.liveCount
    do {
      let weight = Tensor.normal([4, 3, 3, 3], generator: Generator(seed: 1))
      weight.requiresGrad = true
      let x = Tensor.normal([2, 3, 8, 8], generator: Generator(seed: 2))
      let loss = x.convolved2d(weight, padding: 1).relu().split([1, 3], axis: 1)[1].square().mean()
      #expect(loss.gradients(of: [weight])[0]?.shape == [4, 3, 3, 3])
    }
    #expect(Tensor.liveCount == before)
  }

  @Test func gradientsAreThoseOfCalculus() {
    let x = Tensor([3, -1] as [Double])
    x.requiresGrad = true
    let y = (x * x * x).sum()
    let gradient = y.gradients(of: [x])[0]
    #expect(gradient?.array(of: Double.self) == [27, 3])
    let silent = noGrad { (x * 2).requiresGrad }
    #expect(!silent)
    let inferred = inferenceMode { (x * 2).requiresGrad }
    #expect(!inferred)
  }

  @Test func failuresThatDependOnTheMachineThrow() {
    #expect(throws: TorchError.self) {
      try Tensor([1, 2, 2, 1] as [Double], shape: [2, 2]).cholesky()
    }
    #expect(throws: TorchError.self) { try Tensor([1] as [Float]).to(.cuda(99)) }
  }

  @Test func seedsRepeat() {
    let first = Tensor.normal([16], generator: Generator(seed: 7)).array(of: Float.self)
    let second = Tensor.normal([16], generator: Generator(seed: 7)).array(of: Float.self)
    let third = Tensor.normal([16], generator: Generator(seed: 8)).array(of: Float.self)
    #expect(first == second)
    #expect(first != third)
  }
}

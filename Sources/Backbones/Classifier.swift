import Torch

/// The mean over the image and a linear layer onto the 1000 classes of ImageNet.
struct Classifier: Sendable {
  private let weight: Tensor
  private let bias: Tensor

  init(_ path: ParameterPath, _ channels: Int) {
    weight = path.parameter("weight", [1000, channels], .uniform(fanIn: channels))
    bias = path.parameter("bias", [1000], .uniform(fanIn: channels))
  }

  func callAsFunction(_ x: Tensor) -> Tensor { x.mean(2, 3).linear(weight, bias: bias) }
}

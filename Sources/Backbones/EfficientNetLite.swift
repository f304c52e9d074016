import Torch

/// EfficientNet-Lite: EfficientNet without squeeze-and-excitation and with ReLU6.
///
/// Source: Tan and Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", 2019, in the lite
/// form of its authors. Keys are those of the published PyTorch checkpoints (`_conv_stem.weight`, ...), whose weights
/// come from TensorFlow, hence the `SAME` padding and the epsilon of the batch norms.
final class EfficientNetLite: StagedBackbone {
  let taps: [FeatureTap]
  let stages: [[InvertedResidual]]
  private let entry: FoldedConvolution
  private let head: FoldedConvolution
  private let classifier: Classifier

  init(_ path: ParameterPath, _ configuration: EfficientNetLiteConfiguration) {
    entry = FoldedConvolution(
      path / "_conv_stem", path / "_bn0", 3, configuration.stemChannels, kernel: 3, stride: 2,
      padding: .same, epsilon: InvertedResidual.epsilon, activation: .relu6)
    var channels = configuration.stemChannels
    var blockCount = 0
    stages = configuration.stages.map { groups in
      groups.flatMap { group in
        (0..<group.repeats).map { position in
          let block = InvertedResidual(
            path / "_blocks" / blockCount, channels, group.channels, expansion: group.expansion,
            kernel: group.kernel, stride: position == 0 ? group.stride : 1)
          channels = group.channels
          blockCount += 1
          return block
        }
      }
    }
    head = FoldedConvolution(
      path / "_conv_head", path / "_bn1", channels, configuration.headChannels, kernel: 1,
      padding: .same, epsilon: InvertedResidual.epsilon, activation: .relu6)
    classifier = Classifier(path / "_fc", configuration.headChannels)
    taps = configuration.taps
  }

  func stem(_ images: Tensor) -> Tensor { entry(images) }
  func classify(_ x: Tensor) -> Tensor { classifier(head(x)) }
}

import Torch

/// ResNet and Wide ResNet, with torchvision's keys.
///
/// Sources: He et al., "Deep Residual Learning for Image Recognition", 2015; Zagoruyko and Komodakis, "Wide Residual
/// Networks", 2016.
final class ResNet: StagedBackbone {
  let taps: [FeatureTap]
  let stages: [[ResidualBlock]]
  private let entry: FoldedConvolution
  private let classifier: Classifier

  init(_ path: ParameterPath, _ configuration: ResNetConfiguration) {
    entry = FoldedConvolution(
      path / "conv1", path / "bn1", 3, 64, kernel: 7, stride: 2, padding: .symmetric,
      epsilon: ResidualBlock.epsilon, activation: .relu)
    var channels = 64
    stages = configuration.blockCounts.enumerated().map { index, count in
      (0..<count).map { position in
        let block = ResidualBlock(
          path / "layer\(index + 1)" / position, channels, configuration.shape(stage: index),
          stride: position == 0 && index > 0 ? 2 : 1)
        channels = configuration.shape(stage: index).outputs
        return block
      }
    }
    classifier = Classifier(path / "fc", channels)
    taps = configuration.taps
  }

  func stem(_ images: Tensor) -> Tensor { entry(images).maxPooled2d(3, stride: 2, padding: 1) }
  func classify(_ x: Tensor) -> Tensor { classifier(x) }
}

import Backbones
import Torch

/// The auto-encoder with what measures its reconstructions.
struct PIADEModel {
  /// Of the images that the network sees, in pixels.
  let height: Int
  let width: Int
  let network: PIADENetwork
  let loss: ReconstructionLoss
  let perceptual: PerceptualNetwork?
  /// Where the score is not the loss.
  let errorLaw: ErrorLaw?

  /// - Parameters:
  ///   - height: of the images, in pixels.
  ///   - parameters: trainable below `network`, frozen below `perceptual`.
  init(_ parameters: Parameters, _ settings: PIADE, height: Int, width: Int) {
    (self.height, self.width) = (height, width)
    let root = parameters.root
    let size = root.buffer(
      "size", [2], .copy(Tensor([Int64(height), Int64(width)])), dtype: .int64)
    network = PIADENetwork(root / "network", settings, height: height, width: width)
    perceptual =
      settings.losses.contains(.perceptual)
      ? PerceptualNetwork(
        root / "perceptual", settings.perceptual, strides: settings.perceptualStrides,
        side: settings.perceptualSide) : nil
    loss = ReconstructionLoss(
      settings.losses,
      similarity: StructuralSimilarity(height: height, width: width, device: size.device),
      network: perceptual)
    errorLaw =
      settings.score == .whitened ? ErrorLaw(root / "errors", count: loss.errorCount) : nil
  }

  /// The score of each image, `[N]`.
  func score(_ comparison: ReconstructionLoss.Comparison) -> Tensor {
    errorLaw.map { $0(comparison.errors) } ?? comparison.loss
  }

  /// Levels in 0...1 of images as a detector without a backbone is given them, at the size that the network sees.
  func levels(_ images: Tensor) -> Tensor {
    let isSized = images.shape[2] == height && images.shape[3] == width
    let sized = isSized ? images : images.adaptiveAveragePooled2d(height, width)
    let colors = ColorNormalization.imageNet
    let perColor = { (values: [Double]) in
      Tensor(values.map(Float.init), shape: [1, 3, 1, 1]).moved(to: images.device)
    }
    return sized * perColor(colors.standardDeviation) + perColor(colors.mean)
  }
}

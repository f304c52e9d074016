import Backbones
import Inspection
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

  /// Strides of the features that the perceptual term compares, where its network is EfficientNet-Lite0.
  private static let perceptualStrides = [8, 16]

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
        root / "perceptual", settings.form.perceptual, strides: Self.perceptualStrides,
        side: settings.form.perceptualSide) : nil
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
    return ColorNormalization.imageNet.levels(sized)
  }
}

extension PIADEModel {
  /// The tensors that a training starts from: published weights of the encoder and of the perceptual network, the rest at
  /// random.
  ///
  /// - Throws: `WeightsError` where published weights are not there, ``ParameterError`` where they are of another network.
  static func start(_ settings: PIADE, height: Int, width: Int, _ context: FitContext) throws
    -> [String: Tensor]
  {
    let fresh = Parameters(seed: context.seed)
    _ = PIADEModel(fresh, settings, height: height, width: width)
    var tensors = fresh.stateDictionary
    if let id = settings.encoder.resolved(height: height, width: width).pretrained {
      try adopt(context.publishedWeights(id), of: id, into: &tensors, below: "network.encoder.")
    }
    if settings.losses.contains(.perceptual) {
      let id = settings.form.perceptual.rawValue
      try adopt(
        context.publishedWeights(id), of: id, into: &tensors, below: "perceptual.features.",
        without: "features.")
    }
    return tensors
  }

  /// Overwrites the tensors below `path` with the published ones of the same name.
  private static func adopt(
    _ published: [String: Tensor], of id: String, into tensors: inout [String: Tensor],
    below path: String, without prefix: String = ""
  ) throws {
    var (missing, misshapen): ([String], [String]) = ([], [])
    for (name, tensor) in tensors where name.hasPrefix(path) {
      let own = String(name.dropFirst(path.count))
      guard let found = published[own] ?? published[prefix + own] else {
        missing.append(own)
        continue
      }
      if found.shape == tensor.shape {
        tensors[name] = found.to(tensor.dtype)
      } else {
        misshapen.append("\(own) is \(found.shape), should be \(tensor.shape)")
      }
    }
    guard missing.isEmpty, misshapen.isEmpty else {
      throw ParameterError(
        origin: "the weights of \(id)", missing: missing.sorted(), misshapen: misshapen.sorted())
    }
  }
}

extension PIADE.Form {
  /// Whose features the perceptual term compares.
  var perceptual: PerceptualNetwork.Kind { self == .ours ? .efficientNetLite0 : .vgg11 }

  /// Smaller images are enlarged to so many pixels for the perceptual term.
  var perceptualSide: Int { self == .ours ? 32 : 1 }
}

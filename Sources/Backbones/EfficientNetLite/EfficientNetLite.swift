import Torch

/// EfficientNet-Lite: EfficientNet without squeeze-and-excitation and with ReLU6.
///
/// Source: Tan and Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", 2019, in the lite
/// form of its authors. Keys are those of the published PyTorch checkpoints (`_conv_stem.weight`, ...), whose weights
/// come from TensorFlow, hence the `SAME` padding and the epsilon of the batch norms. Taps have timm's names.
package struct EfficientNetLite: Sendable {
  /// Lite0 to Lite2.
  package static let variants = [
    EfficientNetLite(widthMultiplier: 1, depthMultiplier: 1),
    EfficientNetLite(widthMultiplier: 1, depthMultiplier: 1.1),
    EfficientNetLite(widthMultiplier: 1.1, depthMultiplier: 1.2),
  ]

  /// The tap after the stem.
  package static let stem = "bn1"

  /// TensorFlow's batch norm epsilon.
  static let epsilon = 1e-3

  /// Blocks of one width, which timm calls `blocks.0` and so on.
  private struct Stage {
    let expansion: Int
    let kernel: Int
    /// Of the first block; the others keep the size.
    let stride: Int
    let channels: Int
    let repeats: Int
  }

  private let stages: [Stage]
  // The lite networks keep both ends as they are, whatever the multipliers.
  private static let stemChannels = 32
  private static let headChannels = 1280

  private init(widthMultiplier: Double, depthMultiplier: Double) {
    func stage(
      _ expansion: Int, _ kernel: Int, _ stride: Int, _ channels: Int, _ repeats: Int,
      isEnd: Bool = false
    ) -> Stage {
      Stage(
        expansion: expansion, kernel: kernel, stride: stride,
        channels: Self.rounded(Double(channels) * widthMultiplier),
        repeats: isEnd ? repeats : Int((Double(repeats) * depthMultiplier).rounded(.up)))
    }
    stages = [
      stage(1, 3, 1, 16, 1, isEnd: true), stage(6, 3, 2, 24, 2), stage(6, 5, 2, 40, 2),
      stage(6, 3, 2, 80, 3), stage(6, 5, 1, 112, 3), stage(6, 5, 2, 192, 4),
      stage(6, 3, 1, 320, 1, isEnd: true),
    ]
  }

  /// The nearest multiple of 8 that is not below 0.9 of `channels`.
  private static func rounded(_ channels: Double) -> Int {
    let nearest = max(8, Int(channels + 4) / 8 * 8)
    return Double(nearest) < 0.9 * channels ? nearest + 8 : nearest
  }

  /// Places of the taps: after the stem, and after each stage.
  package var taps: [FeatureTap] {
    var stride = 2
    return [FeatureTap(Self.stem, stride: stride, channels: Self.stemChannels)]
      + stages.enumerated().map { index, stage in
        stride *= stage.stride
        return FeatureTap("blocks.\(index)", stride: stride, channels: stage.channels)
      }
  }

  /// Stem and stages in the given form.
  ///
  /// - Parameter last: name of the tap that the chain ends at, so that nothing beyond is made; all of it where nil.
  package func chain(_ path: ParameterPath, _ form: NetworkForm, through last: String? = nil)
    -> LayerChain
  {
    let taps = self.taps
    guard let end = last.map({ last in taps.firstIndex { $0.name == last } }) ?? taps.count - 1
    else { preconditionFailure("no tap \(last ?? "") among \(taps.map(\.name))") }
    let entry = NormalizedConvolution(
      path / "_conv_stem", path / "_bn0", 3, Self.stemChannels, kernel: 3, stride: 2,
      padding: .same, epsilon: Self.epsilon, activation: .relu6, form: form)
    var (channels, count) = (Self.stemChannels, 0)
    let parts = zip(taps.dropFirst(), stages).prefix(end).map { tap, stage in
      let blocks = (0..<stage.repeats).map { position in
        let block = InvertedResidual(
          path / "_blocks" / count, channels, stage.channels, expansion: stage.expansion,
          kernel: stage.kernel, stride: position == 0 ? stage.stride : 1, form)
        (channels, count) = (stage.channels, count + 1)
        return block
      }
      return LayerChain.Part(tap) { x, training in
        blocks.reduce(x) { $1($0, training: training) }
      }
    }
    return LayerChain([.init(taps[0]) { entry($0, training: $1) }] + parts)
  }

  func backbone(_ path: ParameterPath) -> any Backbone {
    let chain = chain(path, .frozen)
    let head = NormalizedConvolution(
      path / "_conv_head", path / "_bn1", taps[taps.count - 1].channels, Self.headChannels,
      kernel: 1, padding: .same, epsilon: Self.epsilon, activation: .relu6, form: .frozen)
    let classifier = Classifier(path / "_fc", Self.headChannels)
    return ChainBackbone(chain) { classifier(head($0)) }
  }
}

/// The block of MobileNet V2 and EfficientNet-Lite: expand, filter each channel, project; the input is added where the
/// shape stays.
private struct InvertedResidual: Sendable {
  private let expand: NormalizedConvolution?
  private let depthwise: NormalizedConvolution
  private let project: NormalizedConvolution
  private let isResidual: Bool

  init(
    _ path: ParameterPath, _ inputs: Int, _ outputs: Int, expansion: Int, kernel: Int, stride: Int,
    _ form: NetworkForm
  ) {
    func layer(
      _ name: String, _ number: Int, _ inputs: Int, _ outputs: Int, kernel: Int = 1,
      stride: Int = 1, groups: Int = 1, _ activation: FrozenConvolution2D.Activation = .relu6
    ) -> NormalizedConvolution {
      NormalizedConvolution(
        path / name, path / "_bn\(number)", inputs, outputs, kernel: kernel, stride: stride,
        padding: .same, groups: groups, epsilon: EfficientNetLite.epsilon, activation: activation,
        form: form)
    }
    let hidden = inputs * expansion
    expand = expansion == 1 ? nil : layer("_expand_conv", 0, inputs, hidden)
    depthwise = layer(
      "_depthwise_conv", 1, hidden, hidden, kernel: kernel, stride: stride, groups: hidden)
    project = layer("_project_conv", 2, hidden, outputs, .identity)
    isResidual = stride == 1 && inputs == outputs
  }

  func callAsFunction(_ x: Tensor, training: Bool) -> Tensor {
    let expanded = expand?(x, training: training) ?? x
    return project(
      depthwise(expanded, training: training), adding: isResidual ? x : nil, training: training)
  }
}

import Synchronization

/// A convolution over `[N, C, H, W]` that is never trained, with an activation, prepared once for its device.
///
/// On CPUs the weights are kept in the order that oneDNN's kernels want, and addition and activation happen while the
/// results are still in the cache.
public struct FrozenConvolution2D: Sendable {
  /// What follows the convolution.
  public enum Activation: Sendable {
    /// Nothing.
    case identity
    case relu, relu6, tanh
    /// As ``Tensor/leakyReLU(slope:)``.
    case leakyReLU(slope: Double)

    // The names of oneDNN's operations in libtorch, with their parameters.
    fileprivate var fused: (name: String, parameters: [Double]) {
      switch self {
      case .identity: ("none", [])
      case .relu: ("relu", [])
      case .relu6: ("hardtanh", [0, 6])
      case .tanh: ("tanh", [])
      case .leakyReLU(let slope): ("leaky_relu", [slope])
      }
    }

    package func callAsFunction(_ x: Tensor) -> Tensor {
      switch self {
      case .identity: x
      case .relu: x.relu()
      case .relu6: x.relu6()
      case .tanh: x.tanh()
      case .leakyReLU(let slope): x.leakyReLU(slope: slope)
      }
    }
  }

  private let weight: Tensor
  private let bias: Tensor
  private let stride: Int
  private let padding: Int
  private let dilation: Int
  private let groups: Int
  private let activation: Activation
  private let packed: PackedWeight?

  /// - Parameters:
  ///   - weight: `[O, C / groups, k, k]`, `float32`.
  ///   - bias: `[O]`, on the same device.
  ///   - padding: zeros on every side.
  public init(
    weight: Tensor, bias: Tensor, stride: Int = 1, padding: Int = 0, dilation: Int = 1,
    groups: Int = 1, activation: Activation = .identity
  ) {
    let weight = weight.contiguous(.channelsLast)
    packed =
      weight.device == .cpu && FusedConvolution.isAvailable
      ? PackedWeight(
        weight, stride: stride, padding: padding, dilation: dilation, groups: groups) : nil
    self.weight = weight
    self.bias = bias
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
    self.activation = activation
  }

  /// The activation of the convolution of `x` `[N, C, H, W]`, to which `residual` (of the result's shape) is added before;
  /// `[N, O, h, w]`.
  public func callAsFunction(_ x: Tensor, adding residual: Tensor? = nil) -> Tensor {
    guard let weight = packed?(for: x.shape) else {
      let y = x.convolved2d(
        weight, bias: bias, stride: stride, padding: padding, dilation: dilation, groups: groups)
      return activation(residual.map { y + $0 } ?? y)
    }
    let (name, parameters) = activation.fused
    let strides = [stride, stride]
    let paddings = [padding, padding]
    let dilations = [dilation, dilation]
    guard let residual else {
      return FusedConvolution.unary(
        x, weight, bias, paddings, strides, dilations, groups, name, parameters, String?.none)
    }
    return FusedConvolution.binary(
      x, residual, weight, bias, paddings, strides, dilations, groups, "add", Double?.none,
      name == "none" ? nil : name, parameters, String?.none)
  }
}

/// A weight in the order that oneDNN wants for the inputs seen last.
///
/// The order depends on the inputs' size: in that of another size some convolutions take nine times as long.
private final class PackedWeight: Sendable {
  private let plain: Tensor
  private let stride: Int
  private let padding: Int
  private let dilation: Int
  private let groups: Int
  private let last = Mutex<(shape: [Int], weight: Tensor)?>(nil)

  init(_ plain: Tensor, stride: Int, padding: Int, dilation: Int, groups: Int) {
    self.plain = plain
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
  }

  func callAsFunction(for shape: [Int]) -> Tensor {
    last.withLock { last in
      if let last, last.shape == shape { return last.weight }
      let weight = noGrad {
        FusedConvolution.reorder(
          plain, [padding, padding], [stride, stride], [dilation, dilation], groups, shape)
      }
      if !MemoryScope.isExhausted { last = (shape, weight) }
      return weight
    }
  }
}

/// libtorch's convolutions by oneDNN with fused operations, which not every build has.
private enum FusedConvolution {
  static let isAvailable = Operator.exists("mkldnn::_convolution_pointwise")
  static let unary = Operator("mkldnn::_convolution_pointwise", arguments: 10)
  static let binary = Operator("mkldnn::_convolution_pointwise", "binary", arguments: 13)
  static let reorder = Operator("mkldnn::_reorder_convolution_weight", arguments: 6)
}

import CTorch

/// Where a tensor lives.
public enum Device: Sendable, Hashable, CustomStringConvertible {
  /// The processor.
  case cpu
  /// A CUDA device by its number, from 0.
  case cuda(Int)

  /// Reads `cpu`, `cuda` or `cuda:1`; nil for anything else.
  public init?(_ text: String) {
    switch text {
    case "cpu": self = .cpu
    case "cuda": self = .cuda(0)
    default:
      guard text.hasPrefix("cuda:"), let index = Int(text.dropFirst(5)), (0..<128).contains(index)
      else { return nil }
      self = .cuda(index)
    }
  }

  public var description: String {
    switch self {
    case .cpu: "cpu"
    case .cuda(let index): "cuda:\(index)"
    }
  }

  /// CUDA devices that libtorch can use on this machine.
  package static var cudaCount: Int { Int(ct_cuda_count()) }

  /// Whether libtorch can use it on this machine.
  public var isAvailable: Bool {
    switch self {
    case .cpu: true
    case .cuda(let index): index < Self.cudaCount
    }
  }

  // libtorch: c10::DeviceType CPU = 0, CUDA = 1; the CPU has index -1.
  var code: (type: Int8, index: Int8) {
    switch self {
    case .cpu: (0, -1)
    case .cuda(let index): (1, Int8(index))
    }
  }

  init(code type: Int8, index: Int8) {
    self = type == 1 ? .cuda(Int(max(index, 0))) : .cpu
  }
}

/// The order of a tensor's elements in memory. Raw values are libtorch's own.
public enum MemoryFormat: Int, Sendable {
  /// Row-major `[N, C, H, W]`.
  case contiguous = 0
  /// `[N, C, H, W]` stored as `[N, H, W, C]`: what decoded images are, and what convolutions on CPUs want.
  case channelsLast = 2
}

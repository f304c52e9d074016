/// The order of a tensor's elements in memory. Raw values are libtorch's own.
public enum MemoryFormat: Int, Sendable {
  /// Row-major `[N, C, H, W]`.
  case contiguous = 0
  /// `[N, C, H, W]` stored as `[N, H, W, C]`: what decoded images are, and what convolutions on CPUs want.
  case channelsLast = 2
}

import CTorch

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The machine as libtorch sees it.
public enum Machine {
  /// Version of the libtorch that this program was built with.
  public static var torchVersion: String { String(cString: ct_version()) }
  /// The instruction set that the CPU kernels use, such as `AVX512`.
  public static var cpuCapability: String { String(cString: ct_cpu_capability()) }

  /// Threads that one operator may use. Set it once, before the first operator.
  public static var threads: Int {
    get { Int(ct_threads()) }
    set { ct_set_threads(Int32(newValue)) }
  }

  /// Whether processes have kept half a core or more busy in the last minute.
  public static var isBusy: Bool {
    var load = 0.0
    return getloadavg(&load, 1) == 1 && load > 0.5
  }

  /// Lets other processes have the cores while threads of one operation wait for each other.
  ///
  /// They spin for milliseconds at the end of every operation otherwise. Where nobody else wants the cores that is a third
  /// faster; where another process holds one of them it costs many times the work itself.
  public static func shareCores() { ct_share_cores() }

  /// Lets the process keep memory that is freed instead of giving it back to the system each time.
  ///
  /// Tensors of many megabytes come and go in every step of a training; without this each of them is new memory that the
  /// system must clear first.
  public static func keepFreedMemory() { ct_keep_freed_memory() }

  /// Seeds libtorch's default generators on every device.
  public static func seed(_ seed: UInt64) { ct_manual_seed(seed) }
}

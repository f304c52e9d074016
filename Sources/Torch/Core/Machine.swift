import CTorch

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

  /// Lets the process keep memory that is freed instead of giving it back to the system each time.
  ///
  /// Tensors of many megabytes come and go in every step of a training; without this each of them is new memory that the
  /// system must clear first.
  public static func keepFreedMemory() { ct_keep_freed_memory() }

  /// Seeds libtorch's default generators on every device.
  public static func seed(_ seed: UInt64) { ct_manual_seed(seed) }
}

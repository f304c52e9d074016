import CTorch
import Foundation

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

  /// Whether other processes are running on cores that the threads of one operation would take, by three looks a
  /// millisecond apart; false where the system does not tell.
  public static var isBusy: Bool {
    (0..<3).allSatisfy { look in
      if look > 0 { usleep(1000) }
      return otherRunningThreads + threads > ProcessInfo.processInfo.processorCount
    }
  }

  private static var otherRunningThreads: Int {
    // "0.20 0.18 0.12 2/80 11206": the fourth field begins with the threads that run or could run now, this one included.
    guard let line = FileManager.default.contents(atPath: "/proc/loadavg") else { return 0 }
    let fields = String(decoding: line, as: UTF8.self).split(separator: " ")
    let running = fields.dropFirst(3).first?.split(separator: "/").first.flatMap { Int($0) }
    return max((running ?? 1) - 1, 0)
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

  /// Gives back to the system what ``keepFreedMemory()`` has kept so far, as between two pieces of work of their own.
  public static func releaseFreedMemory() { ct_release_freed_memory() }

  /// Seeds libtorch's default generators on every device.
  public static func seed(_ seed: UInt64) { ct_manual_seed(seed) }
}

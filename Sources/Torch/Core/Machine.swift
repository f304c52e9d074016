import CTorch
import Foundation

/// The machine as libtorch sees it.
public enum Machine {
  /// Version of the libtorch that this program was built with.
  package static var torchVersion: String { String(cString: ct_version()) }
  /// The instruction set that the CPU kernels use, such as `AVX512`.
  package static var cpuCapability: String { String(cString: ct_cpu_capability()) }

  /// Threads that one operator may use. Set it once, before the first operator; a number below 1 ends the program.
  public static var threads: Int {
    get { Int(ct_threads()) }
    set {
      guard ct_set_threads(Int32(clamping: newValue)) else {
        TorchError.last(in: "Machine.threads", arguments: ["\(newValue)"]).trap()
      }
    }
  }

  /// Whether other processes are running on cores that the threads of one operation would take, by three looks a
  /// millisecond apart; false where the system does not tell.
  package static var isBusy: Bool {
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
  package static func shareCores() { ct_share_cores() }

  /// Lets the process end with exit code 1 and `line` on standard error, in place of a backtrace, where memory runs out
  /// below everything that could throw: in Swift's own arrays, or in threads of a library.
  package static func endPlainlyWithoutMemory(saying line: String) {
    // As long as the process lives, and made while there is memory.
    ct_end_plainly_without_memory(strdup(line + "\n"))
  }

  /// Lets the process keep memory that is freed instead of giving it back to the system each time.
  ///
  /// Tensors of many megabytes come and go in every step of a training; without this each of them is new memory that the
  /// system must clear first.
  public static func keepFreedMemory() { ct_keep_freed_memory() }

  /// Gives back to the system what ``keepFreedMemory()`` has kept so far, as between two pieces of work of their own.
  package static func releaseFreedMemory() { ct_release_freed_memory() }

  /// Seeds libtorch's default generators on every device.
  public static func seed(_ seed: UInt64) {
    guard ct_manual_seed(seed) else { TorchError.last(in: "Machine.seed").trap() }
  }
}

extension Machine {
  /// Bytes that this process could still take without anything being moved to the disk, as far as the system tells: what
  /// is free on the machine, or what its container may take, whichever is less.
  package static var availableMemory: Int {
    let machine = entry("MemAvailable:", of: "/proc/meminfo").map { $0 << 10 }
    let half = Int(ProcessInfo.processInfo.physicalMemory / 2)
    return max(min(machine ?? half, container ?? .max), 0)
  }

  /// What the limit of a Linux control group leaves; nil where there is none. Pages of files that it has not touched for a
  /// while count as free.
  private static var container: Int? {
    let forms = [
      ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current", "/sys/fs/cgroup/memory.stat"),
      (
        "/sys/fs/cgroup/memory/memory.limit_in_bytes",
        "/sys/fs/cgroup/memory/memory.usage_in_bytes", "/sys/fs/cgroup/memory/memory.stat"
      ),
    ]
    return forms.lazy.compactMap { limit, usage, details in
      guard let limit = number(limit), let usage = number(usage) else { return nil }
      return limit - usage + (entry("inactive_file", of: details) ?? 0)
    }.first
  }

  private static func contents(_ path: String) -> String? {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The number that a file consists of; nil where it says `max`.
  private static func number(_ path: String) -> Int? {
    contents(path).flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
  }

  /// The number behind a name that begins a line.
  private static func entry(_ name: String, of path: String) -> Int? {
    for line in contents(path)?.split(separator: "\n") ?? [] {
      let words = line.split(whereSeparator: \.isWhitespace)
      if words.count > 1, words[0] == name { return Int(words[1]) }
    }
    return nil
  }
}

/// A source of random numbers on the CPU with a seed of its own.
public final class Generator: @unchecked Sendable {
  let handle: CTGenerator

  /// A source whose numbers are the same for the same seed.
  public init(seed: UInt64) {
    guard let created = ct_generator_create(seed) else { TorchError.last(in: "Generator").trap() }
    handle = created
  }

  deinit { ct_generator_release(handle) }
}

extension Generator {
  /// Where it stands, as bytes `[n]`: with them another generator draws what this one would have drawn next.
  public var state: Tensor {
    guard let state = ct_generator_state(handle) else {
      TorchError.last(in: "Generator.state").trap()
    }
    return Tensor(owning: state)
  }

  /// Goes on from a ``state`` that was kept.
  ///
  /// - Throws: ``TorchError`` where these bytes are not the state of a generator.
  public func restore(bytes state: Tensor) throws(TorchError) {
    guard ct_generator_set_state(handle, state.handle) else {
      throw TorchError.last(in: "Generator.restore")
    }
  }
}

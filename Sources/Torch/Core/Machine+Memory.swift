import Foundation

extension Machine {
  /// Bytes that this process could still take without anything being moved to the disk, as far as the system tells: what
  /// is free on the machine, or what its container may take, whichever is less.
  public static var availableMemory: Int {
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

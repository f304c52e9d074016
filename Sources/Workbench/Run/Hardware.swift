import Foundation
import Torch

/// The machine that a run is made on, as far as it explains its figures.
public enum Hardware {
  /// The processor's name, cores and instruction set.
  public static var processor: String {
    let cores = ProcessInfo.processInfo.activeProcessorCount
    return "\(name), \(cores) core\(cores == 1 ? "" : "s"), \(Machine.cpuCapability)"
  }

  private static var name: String {
    guard let info = FileManager.default.contents(atPath: "/proc/cpuinfo") else { return "CPU" }
    let line = String(decoding: info, as: UTF8.self).split(separator: "\n")
      .first { $0.hasPrefix("model name") }
    return line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "CPU"
  }

  /// The most memory that the process has held so far, in MB; nil where the system does not tell.
  public static var peakMemory: Double? {
    guard let status = FileManager.default.contents(atPath: "/proc/self/status") else { return nil }
    let line = String(decoding: status, as: UTF8.self).split(separator: "\n")
      .first { $0.hasPrefix("VmHWM:") }
    let kilobytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap {
      Double($0)
    }
    return kilobytes.map { $0 / 1000 }
  }

  /// Starts ``peakMemory`` again from the memory that is held now; where the system does not allow it, it stays as it was.
  public static func resetPeakMemory() {
    Machine.releaseFreedMemory()
    guard let file = fopen("/proc/self/clear_refs", "w") else { return }
    fputs("5", file)
    fclose(file)
  }
}

import Blemish
import CommandInterface
import Foundation

/// How far the work is: one line that is written over on a terminal, now and then a plain line elsewhere.
final class ProgressLine {
  private var stage = ""
  private var stageStart = ContinuousClock.now
  /// What was completed then: a training that is gone on with does not begin with its first step.
  private var completedAtStart = 0
  private var lastShown = ContinuousClock.now
  private var lastLength = 0
  /// Stages that take less are not worth a line in a log.
  private let plainInterval = Duration.seconds(10)
  private let terminalInterval = Duration.milliseconds(100)

  func show(_ progress: WorkProgress) {
    let now = ContinuousClock.now
    if progress.stage != stage {
      end()
      stage = progress.stage
      stageStart = now
      completedAtStart = progress.completed
      lastShown = now - plainInterval
    }
    let isLast = progress.completed >= progress.total
    let interval = Console.isTerminal ? terminalInterval : plainInterval
    guard isLast || now - lastShown >= interval else { return }
    lastShown = now
    let line = Self.line(
      progress, since: completedAtStart, elapsed: (now - stageStart).inSeconds)
    if Console.isTerminal {
      Console.raw("\r" + line + String(repeating: " ", count: max(lastLength - line.count, 0)))
      lastLength = line.count
      if isLast { end() }
    } else {
      Console.plain(line)
    }
  }

  /// Leaves the line standing.
  func end() {
    if Console.isTerminal, lastLength > 0 { Console.raw("\n") }
    lastLength = 0
  }

  static func line(_ progress: WorkProgress, since start: Int, elapsed: Double) -> String {
    var parts = ["\(progress.stage): \(progress.completed)/\(progress.total) \(progress.unit)"]
    if elapsed > 0.2, progress.completed > start {
      let rate = Double(progress.completed - start) / elapsed
      parts.append(String(format: "%.1f/s", rate))
      parts.append(
        progress.completed < progress.total
          ? time(Double(progress.total - progress.completed) / rate) + " left"
          : "in " + time(elapsed))
    }
    parts += progress.metrics.map { "\($0.name) " + number($0.value) }
    return parts.joined(separator: ", ")
  }

  private static func number(_ value: Double) -> String {
    value == value.rounded() ? String(format: "%.0f", value) : String(format: "%.4g", value)
  }

  private static func time(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded(.up))
    return whole < 60 ? "\(whole) s" : String(format: "%d:%02d min", whole / 60, whole % 60)
  }
}

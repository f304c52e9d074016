import Foundation

/// Work that is done beside, one piece after another in order.
///
/// Whoever waits for it helps: where no thread could be started, those who hand it in do it themselves.
final class WritingQueue: @unchecked Sendable {
  private let condition = NSCondition()
  private let limit: Int
  private var waiting: [@Sendable () -> Void] = []
  private var isBusy = false
  private var hasStopped = false

  /// - Parameter limit: pieces that may wait or be in the making.
  init(limit: Int) { self.limit = limit }

  /// Does what is handed in until ``stop()``; for a thread beside.
  func work() {
    condition.lock()
    defer { condition.unlock() }
    while !hasStopped {
      if isBusy || waiting.isEmpty { condition.wait() } else { doNext() }
    }
  }

  /// Hands a piece in, and helps where there are too many.
  func add(_ piece: @escaping @Sendable () -> Void) {
    condition.lock()
    defer { condition.unlock() }
    waiting.append(piece)
    condition.broadcast()
    help(until: limit)
  }

  /// Returns when all is done.
  func finish() {
    condition.lock()
    defer { condition.unlock() }
    help(until: 0)
  }

  /// Lets the thread go when it has done what it is at; what waits is dropped.
  func stop() {
    condition.lock()
    defer { condition.unlock() }
    waiting = []
    hasStopped = true
    condition.broadcast()
    help(until: 0)
  }

  private func help(until count: Int) {
    while waiting.count + (isBusy ? 1 : 0) > count {
      if isBusy { condition.wait() } else { doNext() }
    }
  }

  /// The lock is held before and after, not meanwhile.
  private func doNext() {
    let piece = waiting.removeFirst()
    isBusy = true
    condition.unlock()
    piece()
    condition.lock()
    isBusy = false
    condition.broadcast()
  }
}

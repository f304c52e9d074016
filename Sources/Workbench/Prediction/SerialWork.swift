import Foundation
import Torch

/// Work that is done beside, one after the other; by whoever hands it over where the system gives no thread, for which
/// Dispatch would wait without an end.
package final class SerialWork: @unchecked Sendable {
  private let condition = NSCondition()
  private let limit: Int
  private var waiting: [@Sendable () -> Void] = []
  /// Whether there is a thread that works.
  private var isRunning = false
  private var isEnding = false

  /// - Parameter limit: what may wait to be done.
  package init(limit: Int) { self.limit = limit }

  /// Does `body` behind all that was handed over before, soon. One thread at a time may hand work over.
  package func submit(_ body: @escaping @Sendable () -> Void) {
    condition.lock()
    if !isRunning { isRunning = DetachedThread.start { self.work() } }
    guard isRunning else {
      condition.unlock()
      return body()
    }
    while waiting.count >= limit { condition.wait() }
    waiting.append(body)
    condition.broadcast()
    condition.unlock()
  }

  /// Waits until all is done, and lets the thread go.
  package func finish() {
    condition.lock()
    isEnding = true
    condition.broadcast()
    while isRunning { condition.wait() }
    isEnding = false
    condition.unlock()
  }

  private func work() {
    condition.lock()
    while true {
      if !waiting.isEmpty {
        let body = waiting.removeFirst()
        condition.broadcast()
        condition.unlock()
        body()
        condition.lock()
      } else if isEnding {
        break
      } else {
        condition.wait()
      }
    }
    isRunning = false
    condition.broadcast()
    condition.unlock()
  }
}

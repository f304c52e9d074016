import Foundation

/// Values on their way from the threads that load them to the one that uses them in order.
///
/// Whoever waits for a value helps to load: where no thread could be started, the one that uses them loads them all.
final class LoadingQueue<Value: Sendable>: @unchecked Sendable {
  /// A value with the memory that it holds, and the most that loading it took, in bytes.
  struct Load: Sendable {
    let value: Value
    let held: Int
    let peak: Int
  }

  private let condition = NSCondition()
  private let count: Int
  private let lookAhead: Int
  private let byteLimit: Int
  private let load: @Sendable (Int) -> Load
  private var nextToClaim = 0
  private var taken = 0
  private var loading = 0
  private var waiting: [Int: Load] = [:]
  private var waitingBytes = 0
  /// The most that one has taken so far; unknown before the first.
  private var largest: Int?
  private var stopped = false

  /// - Parameters:
  ///   - lookAhead: values that may wait for their use.
  ///   - byteLimit: what the values that wait or are being loaded may take together; one alone may take more.
  init(
    count: Int, lookAhead: Int, byteLimit: Int, load: @escaping @Sendable (Int) -> Load
  ) {
    self.count = count
    self.lookAhead = lookAhead
    self.byteLimit = byteLimit
    self.load = load
  }

  /// Loads until there is nothing left to load.
  func work() {
    condition.lock()
    defer { condition.unlock() }
    while !stopped, nextToClaim < count {
      if hasRoom { loadNext() } else { condition.wait() }
    }
  }

  /// The value at `index`, which is the one behind the last that was taken.
  ///
  /// - Parameter check: is asked again and again while it waits; what it throws ends the wait.
  func take(_ index: Int, check: () throws -> Void) throws -> Value {
    condition.lock()
    defer { condition.unlock() }
    while true {
      if let load = waiting.removeValue(forKey: index) {
        taken = index + 1
        waitingBytes -= load.held
        condition.broadcast()
        return load.value
      }
      if nextToClaim == index || (nextToClaim < count && hasRoom) {
        loadNext()
      } else {
        _ = condition.wait(until: Date(timeIntervalSinceNow: 0.1))
      }
      condition.unlock()
      defer { condition.lock() }
      try check()
    }
  }

  /// Lets the threads go, whether or not everything was used.
  func stop() {
    condition.lock()
    stopped = true
    condition.broadcast()
    condition.unlock()
  }

  private var hasRoom: Bool {
    guard nextToClaim < taken + lookAhead else { return false }
    if loading == 0, waiting.isEmpty { return true }
    // What the first takes is known when it is there.
    guard let largest else { return false }
    let room = byteLimit - waitingBytes
    return room > 0 && (loading + 1).multipliedReportingOverflow(by: largest).partialValue <= room
  }

  /// Loads the next value that nobody has begun with. The lock is held before and after, not meanwhile.
  private func loadNext() {
    let index = nextToClaim
    nextToClaim += 1
    loading += 1
    condition.unlock()
    let result = load(index)
    condition.lock()
    loading -= 1
    largest = max(largest ?? 0, result.peak)
    if !stopped {
      waiting[index] = result
      waitingBytes += result.held
    }
    condition.broadcast()
  }
}

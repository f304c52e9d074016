import Foundation

/// Images on their way from the threads that load them to the one that uses them in order.
final class LoadingQueue: @unchecked Sendable {
  private let condition = NSCondition()
  private let count: Int
  private let lookAhead: Int
  private var nextToClaim = 0
  private var taken = 0
  private var waiting: [Int: Result<LoadedImage, any Error>] = [:]
  private var stopped = false

  init(count: Int, lookAhead: Int) {
    self.count = count
    self.lookAhead = lookAhead
  }

  /// The next image to load, once there is room for it; nil when there is none left.
  func claim() -> Int? {
    condition.lock()
    defer { condition.unlock() }
    while !stopped, nextToClaim < count, nextToClaim >= taken + lookAhead { condition.wait() }
    guard !stopped, nextToClaim < count else { return nil }
    defer { nextToClaim += 1 }
    return nextToClaim
  }

  func deliver(_ result: Result<LoadedImage, any Error>, at index: Int) {
    condition.lock()
    waiting[index] = result
    condition.broadcast()
    condition.unlock()
  }

  /// The image at `index`, once it has been delivered.
  func take(_ index: Int) -> Result<LoadedImage, any Error> {
    condition.lock()
    defer { condition.unlock() }
    while true {
      if let result = waiting.removeValue(forKey: index) {
        taken = index + 1
        condition.broadcast()
        return result
      }
      condition.wait()
    }
  }

  /// Lets the threads go, whether or not everything was used.
  func stop() {
    condition.lock()
    stopped = true
    condition.broadcast()
    condition.unlock()
  }
}

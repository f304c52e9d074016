import Foundation
import Synchronization

/// Threads of their own for work that goes on beside.
package enum DetachedThread {
  private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Decoders and cutters need little; what is asked for counts against the memory of the process.
  private static let stackSize = 2 << 20

  /// Runs `body` on a new thread. False where the system gives none: `Thread.start()` would not say.
  package static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
    let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
    defer { attributes.deallocate() }
    guard pthread_attr_init(attributes) == 0 else { return false }
    defer { pthread_attr_destroy(attributes) }
    pthread_attr_setstacksize(attributes, stackSize)
    pthread_attr_setdetachstate(attributes, Int32(PTHREAD_CREATE_DETACHED))
    let work = Unmanaged.passRetained(Work(body))
    var thread: pthread_t = 0
    let status = pthread_create(
      &thread, attributes,
      { work in
        if let work { Unmanaged<Work>.fromOpaque(work).takeRetainedValue().body() }
        return nil
      }, work.toOpaque())
    if status != 0 { work.release() }
    return status == 0
  }
}

extension DetachedThread {
  /// Does `body` for each index below `count`, on as many threads as an operation has, this one among them. It ends without
  /// any other, too, where `DispatchQueue.concurrentPerform` waits for ever when the system gives no thread.
  package static func concurrently(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    let (next, done) = (Shared(), DispatchSemaphore(value: 0))
    let work: @Sendable () -> Void = {
      while true {
        let index = next.value.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < count else { return }
        body(index)
      }
    }
    var helpers = 0
    while helpers + 1 < min(count, Machine.threads),
      start({
        work()
        done.signal()
      })
    { helpers += 1 }
    work()
    for _ in 0..<helpers { done.wait() }
  }

  private final class Shared: Sendable { let value = Atomic(0) }
}

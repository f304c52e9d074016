import Foundation
import Synchronization

/// A person pressed Ctrl-C, or the system asked the command to end.
struct Interruption: Error, CustomStringConvertible {
  let leftover: String
  var description: String { "interrupted; \(leftover)" }

  private static let asked = Atomic<Bool>(false)

  /// From here on the first signal is noted for ``check(_:)``; the second ends the command at once.
  static func watch() {
    // Whoever starts the command from a thread of a pool hands on that thread's deafness to signals.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] { sigaddset(&signals, number) }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in
        Interruption.asked.store(true, ordering: .relaxed)
        signal(number, SIG_DFL)
      }
    }
  }

  /// Throws if there was a signal.
  ///
  /// - Parameter leftover: what an end of the work leaves behind.
  static func check(_ leftover: @autoclosure () -> String) throws {
    if asked.load(ordering: .relaxed) { throw Interruption(leftover: leftover()) }
  }
}

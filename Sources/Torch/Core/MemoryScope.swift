import CTorch
import Synchronization

/// Runs `body`; where memory runs out in it, throws the ``TorchError`` of the first operator that found none.
///
/// ```swift
/// let scores = try throwingOutOfMemory { network(images).softmax(-1).array(of: Float.self) }
/// ```
///
/// Tensor arithmetic does not throw, or every line of it would say `try`. A call that cannot be carried out is a
/// programmer's mistake and ends the program; memory is not: how much is wanted follows from images and settings. So
/// whoever takes those from a user opens a scope, and memory that runs out in it is an error like any other. Outside of
/// every scope it ends the program.
///
/// Swift cannot leave `body` in the middle of an expression. Instead, operators after the first failure do nothing: they
/// give zeros of the right shape that take no memory, and `body` comes to its end in no time. Nothing that it returns or
/// throws is used. Whoever keeps a result elsewhere than in what `body` returns, or has a long way to go, calls
/// ``checkMemory()`` before.
///
/// - Throws: ``TorchError`` of kind `outOfMemory`, or what `body` throws.
public func throwingOutOfMemory<Result>(_ body: () throws -> Result) throws -> Result {
  try checkMemory()
  let scope = MemoryScope()
  ct_set_reserve_aside()
  defer { ct_set_without_data(false) }
  do {
    let result = try MemoryScope.$current.withValue(scope) { try body() }
    if let failure = scope.failure { throw failure }
    return result
  } catch {
    throw scope.failure ?? error
  }
}

/// Throws where memory has run out in the scope around the caller (``throwingOutOfMemory(_:)``); does nothing outside of one.
public func checkMemory() throws(TorchError) {
  if let failure = MemoryScope.current?.failure { throw failure }
}

/// Takes note that there are no `byteCount` bytes for `what`, as an operator does: an error of the scope around the caller, the
/// end of the program outside of one. What the caller then makes in its place is not used.
package func noteNoRoom(for what: String, byteCount: Int) {
  MemoryScope.absorb(
    TorchError(
      kind: .outOfMemory, operation: what, message: "tried to allocate \(byteCount) bytes",
      arguments: []))
}

/// What happened in a run of ``throwingOutOfMemory(_:)``, on the thread that called it.
final class MemoryScope: Sendable {
  @TaskLocal static var current: MemoryScope?

  private let first = Mutex<TorchError?>(nil)

  var failure: TorchError? { first.withLock { $0 } }

  /// Whether operators give zeros that take no memory instead of results: nothing that they give may be kept.
  static var isExhausted: Bool { ct_without_data() }

  /// Takes note of `error`, so that work goes on without data to the end of the scope; ends the program where the error is
  /// of another kind, or nobody has opened a scope.
  static func absorb(_ error: TorchError) {
    guard error.kind == .outOfMemory, let scope = current else { error.trap() }
    ct_use_reserve()
    scope.first.withLock { $0 = $0 ?? error }
    ct_set_without_data(true)
  }
}

/// Runs `body` as after a failure: operators give zeros of the shapes that their results would have. Tests hold those
/// shapes against the real ones.
package func withoutData<Result>(_ body: () throws -> Result) rethrows -> Result {
  ct_set_without_data(true)
  defer { ct_set_without_data(false) }
  return try body()
}

import Foundation
import Inspection
import Subprocess
import Synchronization
import SystemPackage

/// Another process whose lines of standard output are read one by one, without waiting for ever.
final class ChildProcess: Sendable {
  enum Event {
    /// Without its end.
    case line(Data)
    /// The last event.
    case ended(Ending)
  }

  struct Ending: Sendable {
    /// Why there is no answer, in words.
    let reason: String
  }

  private struct State {
    var events: [Event] = []
    var lastWords = ""
    /// Whether a thread has begun with it.
    var hasBegun = false
    /// Whether the last event was handed out.
    var isOver = false
  }

  /// What a machine under load may need until a thread begins with it.
  private static let patience = Duration.seconds(60)

  private let state = Mutex(State())
  private let start = ContinuousClock.now
  private let arrived = DispatchSemaphore(value: 0)
  private let task = Mutex<Task<Void, Never>?>(nil)

  /// Starts a program, and hands it `input`.
  ///
  /// - Parameter command: its path, and its arguments.
  /// - Throws: where there is no room for `input`.
  init(_ command: [String], input: Data) throws {
    let input = try Self.file(holding: input)
    task.withLock { $0 = Task.detached { await self.run(command, input) } }
  }

  /// A file without a name, and not a pipe: writing to a pipe whose reader has died would end this process.
  private static func file(holding input: Data) throws -> FileDescriptor {
    guard let file = tmpfile() else { throw Errno(rawValue: errno) }
    defer { fclose(file) }
    let descriptor = FileDescriptor(rawValue: fileno(file))
    try descriptor.writeAll(input)
    try descriptor.seek(offset: 0, from: .start)
    return try descriptor.duplicate()
  }

  /// The next event; nil where there is none for so long.
  func next(within duration: DispatchTimeInterval) -> Event? {
    let isThere = arrived.wait(timeout: .now() + duration) == .success
    return state.withLock { state in
      guard isThere else {
        guard !state.hasBegun, start.duration(to: .now) > Self.patience else { return nil }
        state.isOver = true
        return .ended(
          Ending(reason: "its process could not be started: the system gives no thread for it"))
      }
      let event = state.events.removeFirst()
      if case .ended = event { state.isOver = true }
      return event
    }
  }

  /// Asks the process to end, makes it end where it does not, and waits until it has.
  func end() {
    task.withLock { $0 }?.cancel()
    while !state.withLock({ $0.isOver }) { _ = next(within: .seconds(1)) }
  }

  private func add(_ event: Event) {
    state.withLock { $0.events.append(event) }
    arrived.signal()
  }

  private func run(_ command: [String], _ input: FileDescriptor) async {
    let isWanted = state.withLock { state in
      state.hasBegun = true
      return !state.isOver
    }
    guard isWanted else {
      try? input.close()
      return
    }
    var options = PlatformOptions()
    options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(5))]
    do {
      let result = try await Subprocess.run(
        .path(FilePath(command[0])), arguments: Arguments(Array(command.dropFirst())),
        platformOptions: options, input: .fileDescriptor(input, closeAfterSpawningProcess: true),
        output: .sequence, error: .sequence
      ) { execution in
        async let words: Void = Self.lines(of: execution.standardError) { self.note($0) }
        try await Self.lines(of: execution.standardOutput) { self.add(.line($0)) }
        try await words
      }
      add(.ended(Ending(reason: reason(result.terminationStatus))))
    } catch {
      add(.ended(Ending(reason: "its process could not be run (\(error))")))
    }
  }

  private static func lines(
    of output: SubprocessOutputSequence, _ body: @Sendable (Data) -> Void
  ) async throws {
    var rest = Data()
    for try await buffer in output {
      rest += buffer.withUnsafeBytes { Data($0) }
      while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        body(Data(rest[..<end]))
        rest = Data(rest[(end + 1)...])
      }
    }
    if !rest.isEmpty { body(rest) }
  }

  /// Keeps the line that says what went wrong: a trap is followed by a backtrace.
  private func note(_ line: Data) {
    let words = String(decoding: line, as: UTF8.self)
    guard let start = words.firstRange(of: #/[Ee]rror: /#)?.upperBound else { return }
    state.withLock { $0.lastWords = String(words[start...].prefix(1000)) }
  }

  private func reason(_ status: TerminationStatus) -> String {
    let words = state.withLock { $0.lastWords }
    let ending =
      switch status {
      case .exited(let code): "its process ended with code \(code)"
      case .signaled(SIGKILL):
        "its process was killed, as the system does where memory runs out (signal \(SIGKILL))"
      case .signaled(let signal):
        "its process was ended by signal \(signal) (\(String(cString: strsignal(signal))))"
      }
    return words.isEmpty ? ending : "\(ending): \(words)"
  }
}

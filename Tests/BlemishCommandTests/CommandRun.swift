import Foundation
import Testing

/// The command as its users have it: a process of its own, with what it writes kept for looking at.
final class CommandRun {
  /// The executable of this build: it lies beside the bundle of tests.
  static let executable: String = {
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let bundle = CommandLine.arguments.first { $0.contains(".xctest") }
    let folders = [
      bundle.map { URL(fileURLWithPath: $0).deletingLastPathComponent().path },
      package.appendingPathComponent(".build/release").path,
      package.appendingPathComponent(".build/debug").path,
    ].compactMap(\.self)
    return folders.map { "\($0)/blemish" }
      .first(where: FileManager.default.isExecutableFile(atPath:)) ?? "\(folders[0])/blemish"
  }()

  private let process = Process()
  private let records: String
  private let ended = DispatchSemaphore(value: 0)

  /// Starts the command, or another program that runs it, with nothing to read.
  ///
  /// - Parameter folder: the one that relative paths start from.
  init(
    _ arguments: [String], program: String = CommandRun.executable,
    environment: [String: String] = [:], in folder: String
  ) throws {
    records =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("blemish-run-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(
      atPath: records, withIntermediateDirectories: true)
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    // Threads that wait give way: on a busy machine they would burn most of the time of these tests.
    process.environment = ProcessInfo.processInfo.environment
      .merging(["OMP_WAIT_POLICY": "PASSIVE"]) { given, _ in given }
      .merging(environment) { $1 }
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.standardInput = FileHandle.nullDevice
    // Files, not pipes: whatever is written, no one has to read along.
    process.standardOutput = try Self.file("\(records)/out")
    process.standardError = try Self.file("\(records)/err")
    let ended = ended
    process.terminationHandler = { _ in ended.signal() }
    try process.run()
  }

  /// The process that the command has started; nil where there is none within some seconds.
  func child() throws -> pid_t? {
    for _ in 0..<200 {
      for name in try FileManager.default.contentsOfDirectory(atPath: "/proc") {
        guard let id = pid_t(name),
          let status = FileManager.default.contents(atPath: "/proc/\(name)/status")
        else { continue }
        let parent = "\nPPid:\t\(process.processIdentifier)\n"
        if String(decoding: status, as: UTF8.self).contains(parent) { return id }
      }
      usleep(50_000)
    }
    return nil
  }

  deinit { try? FileManager.default.removeItem(atPath: records) }

  private static func file(_ path: String) throws -> FileHandle {
    try Data().write(to: URL(fileURLWithPath: path))
    return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
  }

  private func written(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: "\(records)/\(name)"))
  }

  /// Waits until `text` stands in what the command says.
  func wait(for text: String) throws {
    let deadline = ContinuousClock.now + .seconds(90)
    while !String(decoding: try written("err"), as: UTF8.self).contains(text) {
      guard process.isRunning, ContinuousClock.now < deadline else {
        throw Unfinished(waitedFor: text, said: String(decoding: try written("err"), as: UTF8.self))
      }
      usleep(1000)
    }
  }

  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// Waits for the end.
  func finish() throws -> CommandOutcome {
    if ended.wait(timeout: .now() + 90) == .timedOut {
      send(SIGKILL)
      throw Unfinished(
        waitedFor: "the end", said: String(decoding: try written("err"), as: UTF8.self))
    }
    return CommandOutcome(
      status: process.terminationStatus, wasKilled: process.terminationReason == .uncaughtSignal,
      output: try written("out"), errors: String(decoding: try written("err"), as: UTF8.self))
  }

  struct Unfinished: Error {
    let waitedFor: String
    let said: String
  }
}

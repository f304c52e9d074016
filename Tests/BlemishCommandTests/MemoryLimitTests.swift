import Blemish
import Foundation
import Testing

/// Less memory than the work needs: a limit on addresses stands for a small machine.
@Suite(.enabled(if: CommandRun.canLimitMemory, "the system has no limit on addresses"))
struct MemoryLimitTests {
  let workshop: Workshop

  init() throws { workshop = try Workshop.shared.get() }

  private func run(_ arguments: [String], megabytes: Int) throws -> CommandOutcome {
    try CommandRun(
      ["-c", "ulimit -v \(megabytes * 1024); exec \"$0\" \"$@\"", CommandRun.executable]
        + arguments + ["--threads", "1"],
      program: "/bin/sh", in: workshop.folder
    ).finish()
  }

  /// Either there was room, or a line says what ran short.
  private func expectPlainEnd(_ outcome: CommandOutcome, _ what: String) {
    #expect(!outcome.wasKilled, "\(what): \(outcome.errors)")
    #expect(outcome.status == 0 || outcome.status == 1, "\(what): \(outcome.errors)")
    #expect(!outcome.errors.contains("Backtrace"), "\(what)")
    guard outcome.status != 0 else { return }
    #expect(outcome.complaints.count == 1, "\(what): \(outcome.errors)")
    #expect(outcome.complaints.first?.contains("memory") == true, "\(what): \(outcome.errors)")
  }

  @Test(arguments: [700, 800, 900, 1000, 1200])
  func aTrainingWithoutRoom(_ megabytes: Int) throws {
    try workshop.withFolder { folder in
      expectPlainEnd(
        try run(
          [
            "train", "--data", workshop.data, "--out", "\(folder)/model", "--image-size", "256",
            "--epochs", "1", "--batch-size", "16",
          ], megabytes: megabytes), "\(megabytes) MB")
    }
  }

  /// Far beyond what there is: the line says what to do.
  @Test func imagesOfAnySize() throws {
    try workshop.withFolder { folder in
      try run(
        [
          "train", "--data", workshop.data, "--out", "\(folder)/model", "--detector", "gaussian",
          "--image-size", "8192", "--batch-size", "64",
        ], megabytes: 3000
      ).expectFailure(1, naming: ["memory", "image size"])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
  }

  @Test(arguments: [650, 700, 750])
  func aPredictionWithoutRoom(_ megabytes: Int) throws {
    try workshop.withFolder { folder in
      expectPlainEnd(
        try run(
          ["predict", "--model", workshop.model, "--out", folder, workshop.testImages[0]],
          megabytes: megabytes), "\(megabytes) MB")
    }
  }

  /// The picture, not the model, is too large; and then there may be no room for another thread either.
  @Test(arguments: [650, 700, 750, 800])
  func aLargeImageWithoutRoom(_ megabytes: Int) throws {
    try workshop.withFolder { folder in
      let side = 6000
      let image = Image(width: side, height: side, channels: 4) { memory in
        memory.initializeMemory(as: UInt8.self, repeating: 90)
        for place in 0..<side { memory[place * side * 4] = UInt8(truncatingIfNeeded: place) }
      }
      try image.writePNG(to: "\(folder)/large.png")
      let outcome = try run(
        ["predict", "--model", workshop.model, "--out", "\(folder)/out", "\(folder)/large.png"],
        megabytes: megabytes)
      expectPlainEnd(outcome, "\(megabytes) MB")
      #expect(!outcome.errors.contains("corrupt"), "\(outcome.errors)")
    }
  }
}

extension CommandRun {
  fileprivate static var canLimitMemory: Bool {
    #if os(Linux)
      true
    #else
      false
    #endif
  }
}

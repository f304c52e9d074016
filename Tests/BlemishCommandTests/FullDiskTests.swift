import Foundation
import Testing

/// No room for what is to be written: a limit on the size of files stands for a full disk.
@Suite struct FullDiskTests {
  let workshop: Workshop

  init() throws { workshop = try Workshop.shared.get() }

  /// Runs the command with files of at most 4 KiB.
  private func runWithoutRoom(_ arguments: [String]) throws -> CommandOutcome {
    try CommandRun(
      ["-c", "ulimit -f 8; exec \"$0\" \"$@\"", CommandRun.executable] + arguments,
      program: "/bin/sh", in: workshop.folder
    ).finish()
  }

  @Test func aModelIsNotHalfWritten() throws {
    try workshop.withFolder { folder in
      try runWithoutRoom(
        ["train", "--data", workshop.data, "--out", "\(folder)/model"] + Workshop.quick
      ).expectFailure(1, naming: ["\(folder)/model.checkpoint", "File too large"])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
  }

  @Test func anOlderModelStays() throws {
    try workshop.withFolder { folder in
      let model = "\(folder)/model"
      try FileManager.default.copyItem(atPath: workshop.model, toPath: model)
      try runWithoutRoom(
        ["train", "--data", workshop.data, "--out", model, "--seed", "1"] + Workshop.quick
      ).expectFailure(1, naming: ["\(model).checkpoint"])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["model"])
      #expect(FileManager.default.contentsEqual(atPath: model, andPath: workshop.model))
    }
  }

  @Test func noPictureIsHalfWritten() throws {
    try workshop.withFolder { folder in
      try runWithoutRoom(
        ["predict", "--model", workshop.model, "--out", folder] + workshop.testImages
      ).expectFailure(1, naming: ["\(folder)/", "File too large"])
      let pictures = try FileManager.default.subpathsOfDirectory(atPath: folder)
        .filter { $0.hasPrefix("overlays/") || $0.hasPrefix("maps/") }
      #expect(pictures.isEmpty)
    }
  }

  @Test(
    .enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "the system has no /dev/full")
  )
  func noRoomForALine() throws {
    try workshop.withFolder { folder in
      let path = "\(folder)/predictions.jsonl"
      try FileManager.default.createSymbolicLink(
        atPath: path, withDestinationPath: "/dev/full")
      try workshop.run([
        "predict", "--model", workshop.model, "--out", folder, workshop.testImages[0],
      ]).expectFailure(1, naming: [path, "No space left on device", "free space"])
    }
  }

  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: "/dev/full"), "the system has no /dev/full"),
    arguments: [["--version"], ["info", "model"], ["info", "model", "--json"], ["doctor"]])
  func noRoomForResults(_ arguments: [String]) throws {
    let outcome = try CommandRun(
      ["-c", "exec \"$0\" \"$@\" > /dev/full", CommandRun.executable] + arguments,
      program: "/bin/sh", in: workshop.folder
    ).finish()
    outcome.expectFailure(1, naming: ["standard output", "No space left on device"])
  }

  @Test func aReaderThatGoesAway() throws {
    let outcome = try CommandRun(
      ["-c", "\"$0\" info model --json | head -1", CommandRun.executable], program: "/bin/sh",
      in: workshop.folder
    ).finish()
    #expect(outcome.status == 0)
    #expect(outcome.text == "{\n")
    #expect(outcome.errors.isEmpty)
  }
}

import Foundation
import Testing

/// Ctrl-C, and worse.
@Suite struct InterruptionTests {
  let workshop: Workshop

  init() throws { workshop = try Workshop.shared.get() }

  private func train(to model: String, epochs: Int) throws -> CommandRun {
    try CommandRun(
      ["train", "--data", workshop.data, "--out", model, "--seed", "1"] + Workshop.quick
        + ["--epochs", "\(epochs)"], in: workshop.folder)
  }

  @Test(arguments: ["features", "training"]) func training(at stage: String) throws {
    try workshop.withFolder { folder in
      let run = try train(to: "\(folder)/model", epochs: 100_000)
      try run.wait(for: "\(stage): ")
      run.send(SIGINT)
      try run.finish().expectFailure(130, naming: ["interrupted", "no model was written"])
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(left.isEmpty || (stage == "training" && left == ["model.checkpoint"]))
    }
  }

  @Test func anOlderModelStays() throws {
    try workshop.withFolder { folder in
      let model = "\(folder)/model"
      try FileManager.default.copyItem(atPath: workshop.model, toPath: model)
      let run = try train(to: model, epochs: 100_000)
      try run.wait(for: "training: ")
      run.send(SIGINT)
      try run.finish().expectFailure(130, naming: ["interrupted"])
      try expectOnlyModelAndCheckpoint(in: folder)
      #expect(FileManager.default.contentsEqual(atPath: model, andPath: workshop.model))
    }
  }

  @Test func predicting() throws {
    try workshop.withFolder { folder in
      let images = Array(repeating: workshop.testImages, count: 200).flatMap(\.self)
      let run = try CommandRun(
        ["predict", "--model", workshop.model, "--out", folder] + images, in: workshop.folder)
      try run.wait(for: "predicting: ")
      run.send(SIGINT)
      try run.finish()
        .expectFailure(130, naming: ["interrupted", "what was finished is in \(folder)"])
      let records = try PredictionLine.all(of: folder)
      #expect((1..<images.count).contains(records.count))
      for record in records { try record.expectFiles(in: folder) }
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/run.json"))
      try expectNoTemporaryFiles(in: folder)
    }
  }

  @Test func aKillInTrainingLeavesTheOlderModel() throws {
    try workshop.withFolder { folder in
      let model = "\(folder)/model"
      try FileManager.default.copyItem(atPath: workshop.model, toPath: model)
      let run = try train(to: model, epochs: 100_000)
      try run.wait(for: "training: ")
      run.send(SIGKILL)
      #expect(try run.finish().wasKilled)
      try expectOnlyModelAndCheckpoint(in: folder)
      #expect(FileManager.default.contentsEqual(atPath: model, andPath: workshop.model))
    }
  }

  /// Whenever it comes, there is the older model or the newer one, and it is whole.
  @Test(arguments: [0, 3000, 9000]) func aKillWhileSaving(after microseconds: UInt32) throws {
    try workshop.withFolder { folder in
      let model = "\(folder)/model"
      try FileManager.default.copyItem(atPath: workshop.model, toPath: model)
      let run = try train(to: model, epochs: 1)
      try run.wait(for: "folds: 5/5")
      usleep(microseconds)
      run.send(SIGKILL)
      _ = try run.finish()
      let outcome = try workshop.run([
        "predict", "--model", model, "--out", "\(folder)/results", workshop.testImages[0],
      ])
      outcome.expectSuccess()
      // Whatever else is left does not look like a model.
      let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      #expect(
        names.filter { !$0.hasPrefix(".") && $0 != "model.checkpoint" } == ["model", "results"])
    }
  }

  /// The second is told who is at it; the first goes on.
  @Test func twoAtOnce() throws {
    try workshop.withFolder { folder in
      let model = "\(folder)/model"
      let first = try train(to: model, epochs: 100_000)
      try first.wait(for: "training: ")
      try train(to: model, epochs: 1).finish()
        .expectFailure(1, naming: [model, "`blemish train` (process ", "is writing to it"])
      first.send(SIGKILL)
      _ = try first.finish()
      // What the dead one has left is no hindrance, and goes.
      let debris = "\(folder)/.model.0abcdefghijkl.tmp"
      try FileManager.default.createDirectory(atPath: debris, withIntermediateDirectories: true)
      #expect(try train(to: model, epochs: 1).finish().status == 0)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["model"])
    }
  }

  private func expectOnlyModelAndCheckpoint(in folder: String) throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    // A kill may come while a checkpoint is written.
    #expect(names.filter { $0 != "model.checkpoint" && !$0.hasPrefix(".") } == ["model"])
  }

  private func expectNoTemporaryFiles(in folder: String) throws {
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
    #expect(!names.contains { $0.hasSuffix(".tmp") })
  }
}

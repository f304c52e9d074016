import Blemish
import Foundation
import Testing

/// A training that was cut off goes on, as if nothing had been.
@Suite struct ResumingTests {
  let workshop: Workshop
  /// Enough epochs that a kill comes before the last.
  private static let long = Workshop.quick + ["--seed", "1", "--epochs", "48"]
  private static let whole = Result {
    let workshop = try Workshop.shared.get()
    let model = "\(workshop.folder)/undisturbed"
    try workshop.run(["train", "--data", workshop.data, "--out", model] + long).expectSuccess()
    return model
  }

  init() throws { workshop = try Workshop.shared.get() }

  private func arguments(_ model: String, _ more: [String] = []) -> [String] {
    ["train", "--data", workshop.data, "--out", model] + Self.long + more
  }

  /// Starts the training and ends it by `signal` some time after the first checkpoint, or after the one that was there.
  private func cutOff(
    _ model: String, _ more: [String] = [], after microseconds: UInt32, by signal: Int32 = SIGKILL
  ) throws -> CommandOutcome {
    let checkpoint = "\(model).checkpoint"
    func number() -> Int? {
      (try? FileManager.default.attributesOfItem(atPath: checkpoint)[.systemFileNumber]) as? Int
    }
    let before = number()
    let run = try CommandRun(arguments(model, more), in: workshop.folder)
    let deadline = ContinuousClock.now + .seconds(90)
    while number() == before, ContinuousClock.now < deadline { usleep(500) }
    usleep(microseconds)
    run.send(signal)
    return try run.finish()
  }

  private func expectTheSame(_ model: String, as other: String) throws {
    #expect(
      FileManager.default.contentsEqual(
        atPath: "\(model)/tensors.safetensors", andPath: "\(other)/tensors.safetensors"))
    func provenance(_ path: String) throws -> [String: JSONValue] {
      try #require(ModelBundle.describe(path).members["provenance"]).members
    }
    let (a, b) = (try provenance(model), try provenance(other))
    #expect(a["history"] != nil && a["history"] == b["history"])
    #expect(a["figures"] == b["figures"])
  }

  @Test(arguments: [0, 7_000, 120_000] as [UInt32])
  func afterAKill(_ microseconds: UInt32) throws {
    let whole = try Self.whole.get()
    try workshop.withFolder { folder in
      let model = "\(folder)/model"
      #expect(try cutOff(model, after: microseconds).wasKilled)
      #expect(!FileManager.default.fileExists(atPath: model))
      // And once more on the way.
      #expect(try cutOff(model, ["--resume"], after: microseconds / 2).wasKilled)
      try workshop.run(arguments(model, ["--resume"])).expectSuccess()
      try expectTheSame(model, as: whole)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(names.filter { !$0.hasPrefix(".") } == ["model"])
    }
  }

  @Test func afterAnInterruption() throws {
    let whole = try Self.whole.get()
    try workshop.withFolder { folder in
      let model = "\(folder)/model"
      try cutOff(model, after: 0, by: SIGINT)
        .expectFailure(130, naming: ["interrupted", "no model was written", "--resume continues"])
      // The cache is no part of what is learnt.
      try workshop.run(arguments(model, ["--resume", "--set", "cacheBudget=1"])).expectSuccess()
      #expect(
        FileManager.default.contentsEqual(
          atPath: "\(model)/tensors.safetensors", andPath: "\(whole)/tensors.safetensors"))
    }
  }

  @Test func onlyTheSameTrainingGoesOn() throws {
    try workshop.withFolder { folder in
      let model = "\(folder)/model"
      #expect(try cutOff(model, after: 0).wasKilled)
      for (more, words) in [
        (["--epochs", "49"], ["epochs was 48", "is 49 now"]),
        (["--seed", "2"], ["seed was", "1", "2"]),
        (["--hold-out", "0.5"], ["hold-out was null", "is 0.5 now"]),
        (["--image-size", "96"], ["image size was", "64 x 64", "96 x 96"]),
        (["--set", "flowSteps=2"], ["flowSteps was 4"]),
      ] {
        try workshop.run(arguments(model, ["--resume"] + more))
          .expectFailure(2, naming: ["model.checkpoint", "another training"] + words)
      }
      let other = try workshop.run([
        "train", "--data", "\(workshop.data)/test/good", "--out", model, "--resume",
      ])
      #expect(other.status != 0)
      #expect(FileManager.default.fileExists(atPath: "\(model).checkpoint"))
      // Without a word about it, a training starts from the beginning, and says so.
      let fresh = try workshop.run(
        ["train", "--data", workshop.data, "--out", model] + Workshop.quick)
      #expect(fresh.status == 0)
      #expect(fresh.complaints.count == 1 && fresh.errors.contains("with --resume"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 1)
    }
  }

  @Test func whatIsNoCheckpointStays() throws {
    try workshop.withFolder { folder in
      let model = "\(folder)/model"
      let file = URL(fileURLWithPath: "\(model).checkpoint")
      try Data("mine".utf8).write(to: file)
      for more in [[], ["--resume"]] {
        try workshop.run(arguments(model, more))
          .expectFailure(2, naming: ["model.checkpoint", "not the checkpoint of a training"])
      }
      #expect(try Data(contentsOf: file) == Data("mine".utf8))
      try FileManager.default.removeItem(at: file)
      let outcome = try workshop.run(
        ["train", "--data", workshop.data, "--out", model, "--resume"] + Workshop.quick)
      #expect(outcome.status == 0)
      #expect(outcome.complaints.count == 1 && outcome.errors.contains("there is none"))
      try workshop.run([
        "train", "--data", workshop.data, "--out", "x", "--update", model, "--resume",
      ])
      .expectFailure(2, naming: ["--resume", "--update"])
    }
  }
}

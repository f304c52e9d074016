import Blemish
import Foundation
import Testing

@Suite struct TrainingTests {
  let workshop: Workshop

  init() throws { workshop = try Workshop.shared.get() }

  private func expectSameTensors(
    _ model: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(
      FileManager.default.contentsEqual(
        atPath: "\(model)/tensors.safetensors", andPath: "\(workshop.model)/tensors.safetensors"),
      sourceLocation: sourceLocation)
  }

  @Test func theSameTrainingGivesTheSameBytes() throws {
    try workshop.withFolder { folder in
      let outcome = try workshop.run(
        ["train", "--data", workshop.data, "--out", "\(folder)/model"] + Workshop.quick)
      outcome.expectSuccess()
      #expect(
        outcome.text.hasPrefix(
          "\(folder)/model: uflow fitted on 12 good images, false alarms counted on "))
      expectSameTensors("\(folder)/model")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["model"])
    }
  }

  @Test func theRunsRecordRepeatsIt() throws {
    try workshop.withFolder { folder in
      try workshop.run([
        "train", "--config", "\(workshop.model)/run.json", "--out", "\(folder)/model",
      ]).expectSuccess()
      expectSameTensors("\(folder)/model")
    }
  }

  /// Images of one group stand on one side, and the record knows who said so.
  @Test func groupsAreKeptTogether() throws {
    try workshop.withFolder { folder in
      let outcome = try workshop.run(
        ["train", "--data", workshop.data, "--out", "\(folder)/model", "--json"]
          + ["--groups", "([0-9])\\.png"] + Workshop.quick)
      outcome.expectSuccess()
      #expect(
        outcome.errors.contains(
          "12 good images in 10 groups by '([0-9])\\.png': the promise rests on 10"))
      #expect(outcome.text.contains("\"groups\""))
      let record = try String(contentsOfFile: "\(folder)/model/run.json", encoding: .utf8)
      #expect(record.contains("\"groups\""))
    }
  }

  @Test func anotherSeedGivesAnotherModelInTheOlderOnesPlace() throws {
    try workshop.withFolder { folder in
      let model = "\(folder)/model"
      try FileManager.default.copyItem(atPath: workshop.model, toPath: model)
      try workshop.run(
        ["train", "--data", workshop.data, "--out", model, "--seed", "18446744073709551615"]
          + Workshop.quick
      ).expectSuccess()
      #expect(!FileManager.default.contentsEqual(atPath: model, andPath: workshop.model))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["model"])
      // The largest of all seeds finds its way through the record.
      let again = try workshop.run([
        "train", "--config", "\(model)/run.json", "--out", "\(folder)/b",
      ])
      again.expectSuccess()
      #expect(
        FileManager.default.contentsEqual(
          atPath: "\(folder)/b/tensors.safetensors", andPath: "\(model)/tensors.safetensors"))
    }
  }

  @Test func placesThatAModelCannotTake() throws {
    try workshop.withFolder { folder in
      try Data("mine".utf8).write(to: URL(fileURLWithPath: "\(folder)/file"))
      for place in [folder, "\(folder)/file"] {
        try workshop.run(["train", "--data", workshop.data, "--out", place] + Workshop.quick)
          .expectFailure(2, naming: [place, "something else stands there", "another path"])
      }
      try workshop.run(["train", "--data", workshop.data, "--out", "\(folder)/file/model"])
        .expectFailure(2, naming: ["\(folder)/file", "a file, not a folder", "another path"])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["file"])
    }
  }

  @Test func anEmptyFolderIsTaken() throws {
    try workshop.withFolder { folder in
      let trained = try workshop.run(
        ["train", "--data", "\(workshop.data)/train/good", "--out", folder] + Workshop.quick)
      trained.expectSuccess()
      try workshop.run(["info", folder]).expectSuccess()
    }
  }
}

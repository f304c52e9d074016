import Blemish
import Foundation
import Testing

/// Training images and masks that are not as they should be.
@Suite struct BadDataTests {
  let workshop: Workshop

  init() throws { workshop = try Workshop.shared.get() }

  /// Trains on `data` to `folder/model`, where nothing may be left afterwards but the state of a training that had begun.
  private func expectNoModel(
    of data: String, in folder: String, _ code: Int32, naming words: [String],
    _ more: [String] = [], leaving checkpoint: [String] = [], environment: [String: String] = [:],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let before = try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
    let outcome = try workshop.run(
      ["train", "--data", data, "--out", "\(folder)/model"] + Workshop.quick + more,
      environment: environment)
    outcome.expectFailure(code, naming: words, sourceLocation: sourceLocation)
    let after = try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
    #expect((before + checkpoint).sorted() == after, sourceLocation: sourceLocation)
  }

  @Test func aFolderThatIsNotThere() throws {
    try workshop.withFolder { folder in
      try expectNoModel(of: "\(folder)/none", in: folder, 2, naming: ["\(folder)/none", "give"])
    }
  }

  @Test func aFileForAFolder() throws {
    try workshop.withFolder { folder in
      try expectNoModel(
        of: workshop.testImages[0], in: folder, 2, naming: [workshop.testImages[0], "a file"])
    }
  }

  @Test func aFolderWithoutImages() throws {
    try workshop.withFolder { folder in
      try expectNoModel(of: folder, in: folder, 1, naming: [folder, "no images", "PNG"])
    }
  }

  @Test func noGoodImagesInTheTrainingFolder() throws {
    try workshop.withFolder { folder in
      try FileManager.default.createDirectory(
        atPath: "\(folder)/train/scratch", withIntermediateDirectories: true)
      try expectNoModel(of: folder, in: folder, 1, naming: ["\(folder)/train/good", "put"])
    }
  }

  @Test func tooFewImages() throws {
    try workshop.withFolder { folder in
      for number in 0..<5 {
        try Workshop.write(Workshop.texture(seed: number), to: "\(folder)/\(number).png")
      }
      try expectNoModel(of: folder, in: folder, 1, naming: ["5 good images", "at least 8"])
    }
  }

  /// Whether it is fitted on or held out.
  @Test(arguments: 0..<4) func oneTruncatedImage(at place: Int) throws {
    try workshop.withFolder { folder in
      for number in 0..<8 {
        try Workshop.write(Workshop.texture(seed: number), to: "\(folder)/\(number).png")
      }
      let path = "\(folder)/\(place).png"
      try Data(contentsOf: URL(fileURLWithPath: path)).prefix(2000)
        .write(to: URL(fileURLWithPath: path))
      try expectNoModel(of: folder, in: folder, 1, naming: [path, "truncated", "copy it again"])
    }
  }

  @Test func weightsThatAreNotThere() throws {
    try workshop.withFolder { folder in
      try expectNoModel(
        of: workshop.data, in: folder, 1,
        naming: [
          "\(folder)/weights/efficientnet_lite0.pth", "blemish weights fetch efficientnet_lite0",
        ],
        environment: ["BLEMISH_HOME": folder])
    }
  }

  /// One step makes the weights so large that the first image judged shows it; three steps, that the loss does.
  @Test(arguments: ["1", "3"]) func aLossThatIsNotANumber(epochs: String) throws {
    try workshop.withFolder { folder in
      try expectNoModel(
        of: workshop.data, in: folder, 1, naming: ["not a number", "learning rate"],
        ["--learning-rate", "1e30", "--epochs", epochs], leaving: ["model.checkpoint"])
    }
  }

  @Test func aMaskOfAnotherSizeLeavesTheImages() throws {
    try workshop.withFolder { folder in
      let data = "\(folder)/data"
      try FileManager.default.copyItem(atPath: workshop.data, toPath: data)
      let mask = "\(data)/ground_truth/scratch/1_mask.png"
      try Workshop.write(Workshop.texture(seed: 1, side: 50), to: mask)
      let outcome = try workshop.run([
        "evaluate", "--model", workshop.model, "--data", data, "--out", "\(folder)/results",
        "--json",
      ])
      #expect(outcome.status == 0)
      #expect(outcome.complaints.count == 1)
      for word in [mask, "50 x 50", "72 x 72", "\(data)/test/scratch/1.png"] {
        #expect(outcome.complaints.first?.contains(word) == true, "\(outcome.errors)")
      }
      let metrics = try #require(try outcome.json() as? [String: Any])
      #expect(metrics["defectiveImages"] as? Int == 3)
      #expect(metrics["maskedDefectiveImages"] as? Int == 2)
      #expect(metrics["failedImages"] as? Int == 0)
      #expect(FileManager.default.fileExists(atPath: "\(folder)/results/report.html"))
    }
  }

  @Test func nothingToEvaluateOn() throws {
    try workshop.withFolder { folder in
      let good = "\(workshop.data)/train/good"
      try workshop.run([
        "evaluate", "--model", workshop.model, "--data", good, "--out", "\(folder)/results",
      ]).expectFailure(1, naming: ["no labeled test images", "blemish predict"])
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/results"))
    }
  }
}

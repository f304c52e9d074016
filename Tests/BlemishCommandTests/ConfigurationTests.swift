import Blemish
import Foundation
import Testing

/// Options from a file.
@Suite struct ConfigurationTests {
  let workshop: Workshop

  init() throws { workshop = try Workshop.shared.get() }

  /// Writes the file and runs `blemish SUBCOMMAND --config FILE MORE`.
  private func run(
    _ subcommand: String, _ yaml: String, _ more: [String] = [],
    _ body: (_ file: String, CommandOutcome) throws -> Void
  ) throws {
    try workshop.withFolder { folder in
      let file = "\(folder)/options.yaml"
      let content = yaml.replacingOccurrences(of: "HERE", with: folder)
      try content.write(toFile: file, atomically: false, encoding: .utf8)
      let more = more.map { $0.replacingOccurrences(of: "HERE", with: folder) }
      try body(file, workshop.run([subcommand, "--config", file] + more))
    }
  }

  @Test func theCommandLineHasTheLastWord() throws {
    let yaml = """
      # Lists of numbers stand for 8,16
      data: \(workshop.data)
      out: HERE/model
      image-size: 64
      taps: [8, 16]
      epochs: 7
      learning-rate: 1e-3
      set:
        flowSteps: 2
        normalization: channel
      json: true
      """
    try run("train", yaml, ["--epochs", "1"]) { _, outcome in
      outcome.expectSuccess()
      let manifest = try #require(try outcome.json() as? [String: Any])
      let settings = try #require(manifest["settings"] as? [String: Any])
      #expect(settings["taps"] as? [Int] == [8, 16])
      #expect(settings["epochs"] as? Int == 1)
      #expect(settings["flowSteps"] as? Int == 2)
      #expect(settings["learningRate"] as? Double == 1e-3)
      #expect(settings["normalization"] as? String == "channel")
    }
  }

  @Test func imagesAndModel() throws {
    let yaml = """
      model: \(workshop.model)
      out: HERE/results
      images: [\(workshop.testImages[0]), \(workshop.testImages[1])]
      """
    for (more, expected) in [
      ([], workshop.testImages.prefix(2)), ([workshop.testImages[4]], workshop.testImages[4...4]),
    ] {
      try run("predict", yaml, more) { file, outcome in
        outcome.expectSuccess()
        let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
        #expect(try PredictionLine.all(of: "\(folder)/results").map(\.path) == Array(expected))
        // Its record repeats it.
        try workshop.run([
          "predict", "--out", "\(folder)/again", "--config", "\(folder)/results/run.json",
        ]).expectSuccess()
        #expect(try PredictionLine.all(of: "\(folder)/again").map(\.path) == Array(expected))
      }
    }
  }

  @Test func anUnknownKey() throws {
    try run("train", "epoch: 3") { file, outcome in
      outcome.expectFailure(2, naming: [file, "the key epoch", "epochs", "image-size", "taps"])
    }
    // An option of another subcommand.
    try run("predict", "epochs: 3") { file, outcome in
      outcome.expectFailure(2, naming: [file, "the key epochs", "images", "threshold"])
    }
  }

  @Test(arguments: [
    ("epochs: [", "not YAML"), ("- epochs", "no names and values"), ("json: 3", "json: true"),
    ("epochs: many", "'many'"), ("epochs: {a: 1}", "'a=1'"),
  ])
  func aFileThatIsWrong(_ yaml: String, _ word: String) throws {
    try run("train", yaml, ["--data", workshop.data, "--out", "HERE/model"]) { file, outcome in
      outcome.expectFailure(2, naming: [file, word])
    }
  }

  @Test func noFile() throws {
    try workshop.run(["train", "--config", "none.yaml"])
      .expectFailure(2, naming: ["none.yaml", "no such file", "run.json"])
  }
}

import Blemish
import CommandInterface
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
      outcome.expectFailure(2, naming: [file, "the key epoch", "did you mean epochs?"])
    }
    // An option of another subcommand.
    try run("predict", "epochs: 3") { file, outcome in
      outcome.expectFailure(2, naming: [file, "the key epochs", "images", "threshold"])
    }
  }

  /// Each level names the one before it ten times.
  static let laughs = (1...9).reduce("a0: &a0 [x]\n") { text, level in
    text + "a\(level): &a\(level) ["
      + Array(repeating: "*a\(level - 1)", count: 10)
      .joined(separator: ", ") + "]\n"
  }

  /// What stands in a file, and what is said of it.
  struct Wrong: CustomTestStringConvertible, Sendable {
    let yaml: String
    let words: String
    // Some files are long.
    var testDescription: String { "\(yaml.prefix(30).debugDescription): \(words)" }

    init(_ yaml: String, _ words: String) { (self.yaml, self.words) = (yaml, words) }
  }

  static let wrong: [Wrong] = [
    Wrong("epochs: [", "not YAML"),
    Wrong("- epochs", "no names and values"),
    Wrong("json: 3", "json is 3; allowed: true or false"),
    Wrong("epochs: many", "epochs is 'many'; allowed: a whole number"),
    Wrong("epochs: {a: 1}", "epochs is a group of names and values; allowed: a whole number"),
    Wrong("epochs: [1, 2]", "epochs is a list; allowed: a whole number"),
    Wrong("epochs: 1.5", "epochs is 1.5; allowed: a whole number"),
    Wrong("detector: yes", "detector is true; allowed: text"),
    Wrong("image-size: huge", "image-size is 'huge'; allowed: one side"),
    Wrong("threads: 100000", "threads is 100000; allowed: a whole number from 1 to 1024"),
    Wrong("seed: -1", "seed is -1; allowed: a whole number from 0"),
    Wrong("set: 3", "set is 3; allowed: name=value"),
    Wrong("? [1, 2]\n: 3", "a list or a group of values where a name should stand"),
    Wrong("{a: {{}: 1}}", "a list or a group of values where a name should stand"),
    Wrong("? &a [b]\n: 1\n? *a\n: 2", "not YAML"),
    Wrong(laughs, "more than 10 aliases"),
    Wrong("epochs: *none", "not YAML"),
    Wrong(
      "set: " + String(repeating: "[", count: 50) + String(repeating: "]", count: 50),
      "more than 20 levels deep"
    ),
    Wrong(String(repeating: "[", count: 100_000), "not YAML"),
    Wrong(String(repeating: "- ", count: 100_000), "not YAML"),
    Wrong("set: [" + String(repeating: "1,", count: 20_000) + "1]", "more than 10000 values"),
    Wrong("# " + String(repeating: "x", count: 300_000), "more than 256 KB"),
    Wrong(String(repeating: " ", count: 17_000_000), "more than 16 MB"),
  ]

  @Test(arguments: wrong)
  func aFileThatIsWrong(_ wrong: Wrong) throws {
    try run("train", wrong.yaml, ["--data", workshop.data, "--out", "HERE/model"]) {
      file, outcome in
      outcome.expectFailure(2, naming: [file, wrong.words])
    }
  }

  /// As version 0.1 wrote its records, and YAML its words.
  @Test func earlierNamesAndWordsOfYAML() throws {
    let yaml = """
      model: \(workshop.model)
      law: calibrated
      false-alarms: "0.2"
      threads: 1e0
      images: \(workshop.testImages[0])
      threshold: ~
      run: {command: predict, blemish: 0.1.0}
      """
    try run("predict", yaml, ["--out", "HERE/results"]) { file, outcome in
      outcome.expectSuccess()
      let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
      let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/results/run.json"))
      let record = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
      #expect(record["null"] as? String == "calibrated")
      #expect(record["false-alarms"] as? Double == 0.2)
      #expect(record["threads"] as? Int == 1)
      #expect(record["law"] == nil && record["threshold"] == nil && record["json"] == nil)
    }
  }

  /// Settings of a file hold beside those of the command line, which win.
  @Test func settingsOfBoth() throws {
    let command = try RootOptions.subcommand(["train", "--set", "b=2"])
    var options = try #require(command as? TrainOptions)
    try options.complete(
      with: OptionFile(
        path: "f",
        members: [
          "data": .string("d"), "out": .string("o"), "seed": .string("18446744073709551615"),
          "set": .object(["a": .integer(1), "b": .integer(1)]),
        ]))
    #expect(options.set.members == ["a": .integer(1), "b": .integer(2)])
    #expect(options.seed == .max)
    // What was not given is not in the record.
    #expect(options.record.keys.sorted() == ["data", "out", "seed", "set"])
  }

  /// A list of words needs no quotes, which a shell would take away.
  @Test(
    arguments: [
      ("losses=[location,membership]", ["location", "membership"]),
      ("taps=[blocks.1, 8]", ["blocks.1", 8]), ("taps=[4,8]", [4, 8]), ("name=[a", "[a"),
      ("name=[a,]", "[a,]"), ("list=[]", []),
    ] as [(String, JSONValue)])
  func wordsInBrackets(_ argument: String, _ value: JSONValue) {
    #expect(GivenSetting(argument: argument)?.value == value)
  }

  @Test func tapsByStrideOrName() {
    #expect(TapList(argument: "8, layer3")?.values == [8, "layer3"])
    #expect(TapList([8, "layer3"])?.json == "8,layer3")
    #expect(TapList(argument: "8,,16") == nil)
    #expect(TapList([]) == nil)
  }

  @Test func aPipe() throws {
    try workshop.withFolder { folder in
      let command = "'\(CommandRun.executable)' train --config <(echo 'epoch: 3')"
      try CommandRun(["-c", command], program: "/bin/bash", in: folder).finish()
        .expectFailure(2, naming: ["/dev/fd/", "the key epoch"])
    }
  }

  @Test func noFile() throws {
    try workshop.run(["train", "--config", "none.yaml"])
      .expectFailure(2, naming: ["none.yaml", "no such file", "run.json"])
  }
}

import Blemish
import CommandInterface
import Foundation
import Testing

/// The command line itself.
@Suite struct UsageTests {
  let workshop: Workshop

  init() throws { workshop = try Workshop.shared.get() }

  static let subcommands = [
    "train", "predict", "evaluate", "calibrate", "report", "benchmark", "ablate", "info",
    "weights", "doctor",
  ]

  @Test(
    arguments: subcommands.map { [$0] }
      + ["list", "fetch", "import", "verify"].map { ["weights", $0] })
  func helpHasExamples(_ subcommand: [String]) throws {
    let outcome = try workshop.run(subcommand + ["--help"])
    outcome.expectSuccess()
    let rest = try #require(outcome.text.components(separatedBy: "EXAMPLE:\n").last)
    let examples = rest.prefix(upTo: try #require(rest.range(of: "\n\n")).lowerBound)
    // One that is broken over two lines cannot be copied.
    for line in examples.split(separator: "\n") {
      #expect(line.hasPrefix("  blemish \(subcommand.joined(separator: " "))"))
    }
    #expect(try workshop.run(["help"] + subcommand).text == outcome.text)
  }

  @Test(arguments: KnownNames.detectors) func settingsOfAMethod(_ name: String) throws {
    let outcome = try workshop.run(["info", name])
    outcome.expectSuccess()
    let type = try DetectorRegistry.all.type(name)
    for setting in type.settings {
      #expect(outcome.text.contains("\n\(setting.name) "))
      #expect(outcome.text.contains(setting.allowed))
    }
    let listed = try workshop.run(["info", name, "--json"]).json() as? [[String: Any]]
    #expect(listed?.map { $0["name"] as? String } == type.settings.map(\.name))
    #expect(listed?.contains { $0["default"] is NSNull } == false)
  }

  @Test func helpOfTheWhole() throws {
    for arguments in [[], ["--help"], ["help"]] {
      let outcome = try workshop.run(arguments)
      outcome.expectSuccess()
      #expect(outcome.text.contains("EXAMPLE:\n"))
      for subcommand in Self.subcommands { #expect(outcome.text.contains("\n  \(subcommand) ")) }
    }
  }

  @Test func version() throws {
    let outcome = try workshop.run(["--version"])
    outcome.expectSuccess()
    #expect(outcome.text == PackageVersion.current + "\n")
  }

  @Test(arguments: ["bash", "zsh", "fish"]) func completion(_ shell: String) throws {
    let outcome = try workshop.run(["--generate-completion-script", shell])
    outcome.expectSuccess()
    for word in Self.subcommands + ["image-size"] + KnownNames.backbones + KnownNames.detectors {
      #expect(outcome.text.contains(word))
    }
  }

  /// The program that reads the command line knows names alone; the engine knows what they stand for.
  @Test func theNamesAreThoseOfTheEngine() {
    #expect(KnownNames.backbones == BackboneRegistry.standard.ids)
    #expect(Set(KnownNames.detectors) == Set(DetectorRegistry.all.names))
    #expect(ProtocolName.allCases.map(\.rawValue) == BenchmarkProtocol.allCases.map(\.rawValue))
    #expect(
      NullName.allCases.map(\.rawValue) == Decision.NullDistribution.allCases.map(\.rawValue))
    #expect(Bounds.imageSide == ImagePreprocessing.sides)
  }

  /// Arguments, and what the complaint names.
  static let mistakes: [([String], [String])] = [
    (["trane"], ["'trane'", "`blemish --help`"]),
    (["train"], ["--data", "`blemish train --help`"]),
    (["train", "--data"], ["--data", "`blemish train --help`"]),
    (["train", "--data", "data", "--out", "x", "--epoch", "3"], ["'--epoch'", "'--epochs'"]),
    (["train", "--data", "data", "--out", "x", "--epochs", "many"], ["'many'", "--epochs"]),
    (["train", "--data", "data", "--out", "x", "--epochs", "-1"], ["epochs", "-1", "from 1 to"]),
    (["train", "--data", "data", "--out", "x", "--seed", "-1"], ["'-1'", "--seed"]),
    (["train", "--data", "data", "--out", "x", "--image-size", "0"], ["'0'", "--image-size"]),
    (
      ["train", "--data", "data", "--out", "x", "--image-size", "100"], ["100 x 100", "multiples"]
    ),
    (
      ["train", "--data", "data", "--out", "x", "--image-size", "16"],
      ["16 x 16", "multiples of the deepest stride, 32"]
    ),
    (["train", "--data", "data", "--out", "x", "--taps", "8,,16"], ["'8,,16'", "--taps"]),
    (["train", "--data", "data", "--out", "x", "--taps", "blocks.9"], ["[blocks.9]", "blocks.6"]),
    (["train", "--data", "data", "--out", "x", "--taps", "8,32"], ["[8, 32]", "8,16,32"]),
    (["train", "--data", "data", "--out", "x", "--hold-out", "1"], ["--hold-out", "below 1"]),
    (
      ["train", "--data", "data", "--out", "x", "--threads", "0"],
      ["--threads is 0", "from 1 to 1024"]
    ),
    (
      ["train", "--data", "data", "--out", "x", "--threads", "99999999999999999999"],
      ["--threads", "99999999999999999999", "from 1 to 1024"]
    ),
    (
      ["train", "--data", "data", "--out", "x", "--hold-out", "nan"],
      ["--hold-out is nan", "below 1"]
    ),
    (
      ["train", "--data", "data", "--out", "x", "--groups", "takes.csv"],
      ["--groups", "no file takes.csv", "image,group"]
    ),
    (
      ["train", "--data", "data", "--out", "x", "--groups", "tape(\\d)"],
      ["--groups 'tape(\\d)'", "none of the", "good images"]
    ),
    (["train", "--data", "data", "--out", "x", "--set", "flowSteps"], ["'flowSteps'", "--set"]),
    (["train", "--data", "data", "--out", "x", "--set", "a=1"], ["setting a", "flowSteps"]),
    (
      ["train", "--data", "data", "--out", "x", "--set", "taps=1"], ["setting taps", "give a list"]
    ),
    (["train", "--data", "data", "--out", "x", "--backbone", "vgg99"], ["vgg99", "resnet18"]),
    (["train", "--data", "data", "--out", "x", "--detector", "magic"], ["magic", "uflow"]),
    (["train", "--data", "data", "--out", "x", "--device", "gpu"], ["'gpu'", "--device"]),
    (
      ["train", "--data", "data", "--out", "x", "--device", "cuda:99"], ["cuda:99", "--device cpu"]
    ),
    (["train", "--data", "elpv:poli", "--out", "x"], ["elpv:poli", "elpv:poly"]),
    (["predict", "--model", "model", "--out", "x"], ["<images>", "`blemish predict --help`"]),
    (["predict", "--model", "model", "--out", "x", "none.png"], ["none.png", "no such file"]),
    (
      ["evaluate", "--model", "model", "--out", "x", "--data", "none"], ["none", "no such folder"]
    ),
    (["benchmark", "--data", "none", "--out", "x"], ["none", "no such folder"]),
    (["benchmark", "--data", "data,data", "--out", "x"], ["data", "twice", "each"]),
    (["benchmark", "--data", "data", "--out", "x", "--seeds", "0,-1"], ["--seeds", "at least 0"]),
    (["benchmark", "--data", "data", "--out", "x", "--seeds", "a"], ["'a'", "--seeds"]),
    (
      ["benchmark", "--data", "data", "--out", "x", "--detectors", "uflow,vflow"],
      ["vflow", "uflow"]
    ),
    (
      ["benchmark", "--data", "data", "--out", "x", "--set", "vflow.epochs=1"],
      ["vflow.epochs", "uflow"]
    ),
    (
      ["benchmark", "--data", "data", "--out", "x", "--protocol", "fair"],
      ["'fair'", "--protocol", "strict", "paper"]
    ),
    (["benchmark", "--data", "data", "--out", "model"], ["model", "another folder"]),
    (
      [
        "benchmark", "--data", "data", "--out", "x", "--detectors", "padim", "--preset",
        "anomalyhop/mvtec/bottle",
      ], ["--preset", "--detectors"]
    ),
    (
      ["benchmark", "--data", "data", "--out", "x", "--preset", "anomalyhop/mvtec/cup"],
      ["anomalyhop/mvtec/cup", "anomalyhop/mvtec/bottle"]
    ),
    (
      ["predict", "--model", "model", "--out", "x", "--false-alarms", "0", "none.png"],
      ["--false-alarms", "above 0"]
    ),
    (
      ["predict", "--model", "model", "--out", "x", "--false-alarms", "1e300", "none.png"],
      ["--false-alarms is 1e+300", "at most 1000000"]
    ),
    (
      ["predict", "--model", "model", "--out", "x", "--threshold", "nan", "none.png"],
      ["--threshold is nan", "finite"]
    ),
    (
      [
        "evaluate", "--model", "model", "--out", "x", "--data", "data", "--decision", "f1-max",
        "--threshold", "1",
      ], ["--decision", "--threshold", "give one"]
    ),
    (
      ["evaluate", "--model", "model", "--out", "x", "--data", "data", "--null", "mine"],
      ["'mine'", "--null", "calibrated", "theoretical"]
    ),
    (["report", "--out", "x"], ["<runs>", "`blemish report --help`"]),
    (["report", "none", "nothing", "--out", "x"], ["none", "no such folder"]),
    (["report", "a", "--out", "x"], ["a", "blemish evaluate", "two folders or more"]),
    (["report", "a", "b", "--out", "x", "--top", "0"], ["--top is 0", "from 1 to"]),
    (["report", "model", "data", "--out", "x"], ["model", "blemish evaluate --model"]),
    (["weights", "fetch"], ["--all", "`blemish weights --help`"]),
    (["weights", "fetch", "resnet18", "--all"], ["--all"]),
    (["weights", "fetch", "resnet99"], ["resnet99", "resnet18"]),
    (["weights", "fetch", "resnet18", "--timeout", "0"], ["--timeout is 0", "from 1 to"]),
    (["weights", "fetch", "--all", "--from", "http://a/b"], ["--from", "slash"]),
    (["weights", "import", "resnet18"], ["<file>", "`blemish weights --help`"]),
    (["weights", "import", "resnet99", "a.pth"], ["resnet99", "resnet18"]),
    (["weights", "verify", "resnet99"], ["resnet99", "resnet18"]),
    (["info"], ["<model>", "`blemish info --help`"]),
    (["info", "model", "--config", "a.yaml"], ["a.yaml", "no such file", "run.json"]),
    (["doctor", "--config=b.yaml"], ["b.yaml", "no such file"]),
  ]

  @Test(arguments: mistakes) func mistake(_ arguments: [String], _ words: [String]) throws {
    try workshop.run(arguments).expectFailure(2, naming: words)
    #expect(!FileManager.default.fileExists(atPath: "\(workshop.folder)/x"))
  }

  @Test func theDoctorTellsWhatIsMissing() throws {
    try workshop.withFolder { folder in
      let outcome = try workshop.run(["doctor"], environment: ["BLEMISH_HOME": folder])
      #expect(outcome.status == 1)
      #expect(outcome.errors.isEmpty)
      #expect(outcome.text.contains("missing  weights efficientnet_lite0"))
      #expect(outcome.text.contains("blemish weights fetch efficientnet_lite0"))
    }
  }
}

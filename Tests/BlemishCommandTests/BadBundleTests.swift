import Blemish
import Foundation
import Testing

/// Models that are none, or not any more.
@Suite struct BadBundleTests {
  /// A text of the manifest, what stands in its place, and what the complaint must say.
  struct Damage: CustomTestStringConvertible, Sendable {
    let old: String
    let new: String
    let words: [String]
    var testDescription: String { new }
  }

  static let damages = [
    Damage(
      old: "\"schema\" : 3", new: "\"schema\" : 7", words: ["schema 7", "schema 3", "update"]),
    Damage(old: "\"schema\" : 3", new: "\"schema\" : 0", words: ["schema 0", "train the model"]),
    Damage(old: "\"schema\" : 3", new: "\"schema\" : []", words: ["schema", "damaged"]),
    Damage(old: "\"height\" : 64", new: "\"height\" : -1", words: ["64 x -1", "damaged"]),
    Damage(old: "\"height\" : 64", new: "\"height\" : 100", words: ["64 x 100", "damaged"]),
    Damage(
      old: "\"height\" : 64", new: "\"height\" : 9000000000000",
      words: ["9000000000000", "damaged"]),
    Damage(old: "\"uflow\"", new: "\"wflow\"", words: ["wflow", "damaged"]),
    Damage(old: "\"batchSize\"", new: "\"catchSize\"", words: ["catchSize", "damaged"]),
    Damage(old: "{", new: "[", words: ["JSON", "damaged"]),
  ]

  let workshop: Workshop

  init() throws { workshop = try Workshop.shared.get() }

  private func withCopy(_ body: (_ folder: String, _ model: String) throws -> Void) throws {
    try workshop.withFolder { folder in
      try FileManager.default.copyItem(atPath: workshop.model, toPath: "\(folder)/model")
      try body(folder, "\(folder)/model")
    }
  }

  private func predict(
    _ model: String, to folder: String, environment: [String: String] = [:]
  ) throws -> CommandOutcome {
    try workshop.run(
      ["predict", "--model", model, "--out", "\(folder)/results", workshop.testImages[0]],
      environment: environment)
  }

  @Test(arguments: damages) func aDamagedManifest(_ damage: Damage) throws {
    try withCopy { folder, model in
      let path = "\(model)/manifest.json"
      let manifest = try String(contentsOfFile: path, encoding: .utf8)
      try #require(manifest.contains(damage.old))
      try manifest.replacingOccurrences(of: damage.old, with: damage.new)
        .write(toFile: path, atomically: false, encoding: .utf8)
      try predict(model, to: folder).expectFailure(1, naming: [path] + damage.words)
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/results"))
    }
  }

  @Test func tensorsWithAnotherHash() throws {
    try withCopy { folder, model in
      let path = "\(model)/tensors.safetensors"
      var tensors = try Data(contentsOf: URL(fileURLWithPath: path))
      tensors[tensors.count / 2] ^= 1
      try tensors.write(to: URL(fileURLWithPath: path))
      try predict(model, to: folder).expectFailure(1, naming: [path, "SHA-256", "damaged"])
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/results"))
    }
  }

  @Test func noTensors() throws {
    try withCopy { folder, model in
      let path = "\(model)/tensors.safetensors"
      try FileManager.default.removeItem(atPath: path)
      try predict(model, to: folder).expectFailure(1, naming: [path, "No such file"])
    }
  }

  @Test func weightsThatAreNotThere() throws {
    try workshop.withFolder { folder in
      try predict(workshop.model, to: folder, environment: ["BLEMISH_HOME": folder])
        .expectFailure(
          1,
          naming: [
            "\(folder)/weights/efficientnet_lite0.pth", "blemish weights fetch efficientnet_lite0",
          ])
    }
  }

  @Test func otherWeightsThanThoseItWasFittedOn() throws {
    try withCopy { folder, model in
      let path = "\(model)/manifest.json"
      let manifest = try #require(
        try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
          as? [String: Any])
      let hash = try #require((manifest["backbone"] as? [String: String])?["sha256"])
      let text = try String(contentsOfFile: path, encoding: .utf8)
      try text.replacingOccurrences(of: hash, with: String(repeating: "0", count: 64))
        .write(toFile: path, atomically: false, encoding: .utf8)
      try predict(model, to: folder)
        .expectFailure(
          1, naming: ["weights of efficientnet_lite0", "000000000000", "train it anew"])
    }
  }

  @Test(arguments: ["predict", "evaluate", "info"]) func noModel(_ subcommand: String) throws {
    try workshop.withFolder { folder in
      func arguments(_ model: String) -> [String] {
        switch subcommand {
        case "predict":
          ["predict", "--model", model, "--out", "\(folder)/r", workshop.testImages[0]]
        case "evaluate":
          ["evaluate", "--model", model, "--out", "\(folder)/r", "--data", workshop.data]
        default: ["info", model]
        }
      }
      try workshop.run(arguments("\(folder)/none"))
        .expectFailure(2, naming: ["\(folder)/none", "no such folder", "blemish train"])
      try workshop.run(arguments(folder))
        .expectFailure(2, naming: [folder, "no manifest.json", "blemish train"])
      try workshop.run(arguments("\(workshop.model)/manifest.json"))
        .expectFailure(2, naming: ["manifest.json", "a file", "blemish train"])
    }
  }
}

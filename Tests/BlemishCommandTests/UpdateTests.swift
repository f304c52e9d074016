import Blemish
import Foundation
import Testing

/// Models that go on learning, and presets.
@Suite struct UpdateTests {
  let workshop: Workshop

  init() throws { workshop = try Workshop.shared.get() }

  @Test func aModelGoesOnLearning() throws {
    try workshop.withFolder { folder in
      try workshop.run([
        "train", "--data", workshop.data, "--out", "\(folder)/first", "--preset",
        "anomalyhop/mvtec/toothbrush", "--image-size", "128",
      ]).expectSuccess()
      let outcome = try workshop.run([
        "train", "--update", "\(folder)/first", "--data", workshop.data, "--out",
        "\(folder)/second",
        "--seed", "1",
      ])
      outcome.expectSuccess()
      #expect(
        outcome.text.hasPrefix(
          "\(folder)/second: anomalyhop fitted on 20 good images, false alarms"))
      let prediction = try workshop.run(
        ["predict", "--model", "\(folder)/second", "--out", "\(folder)/results"]
          + workshop.testImages)
      prediction.expectSuccess()
      // Its record repeats it.
      try workshop.run([
        "train", "--config", "\(folder)/second/run.json", "--out", "\(folder)/third",
      ]).expectSuccess()
      #expect(
        FileManager.default.contentsEqual(
          atPath: "\(folder)/third/tensors.safetensors",
          andPath: "\(folder)/second/tensors.safetensors"))
    }
  }

  @Test func aFlowCannotGoOnLearning() throws {
    try workshop.withFolder { folder in
      try workshop.run([
        "train", "--update", workshop.model, "--data", workshop.data, "--out", "\(folder)/model",
      ]).expectFailure(2, naming: ["detector uflow", "train it anew"])
    }
  }

  @Test(arguments: [
    (["--preset", "anomalyhop/mvtec/spoon"], ["spoon", "anomalyhop/mvtec/bottle"]),
    (["--preset", "anomalyhop/mvtec/bottle", "--detector", "uflow"], ["--preset", "--detector"]),
    (["--update", "model", "--set", "epochs=1"], ["--update", "leave them out"]),
  ])
  func refuses(_ options: [String], _ words: [String]) throws {
    try workshop.run(["train", "--data", workshop.data, "--out", "x"] + options)
      .expectFailure(2, naming: words)
  }
}

import Blemish
import Foundation
import Testing

/// Results for programs, and progress for people.
@Suite struct OutputTests {
  let workshop: Workshop

  init() throws { workshop = try Workshop.shared.get() }

  @Test func trainAndInfo() throws {
    try workshop.withFolder { folder in
      let trained = try workshop.run(
        ["train", "--data", workshop.data, "--out", "\(folder)/model", "--json"] + Workshop.quick)
      trained.expectSuccess()
      let manifest = try #require(try trained.json() as? [String: Any])
      #expect(manifest["detector"] as? String == "uflow")
      let info = try workshop.run(["info", "\(folder)/model", "--json"])
      info.expectSuccess()
      #expect(info.output == trained.output)
      let plain = try workshop.run(["info", "\(folder)/model"])
      for word in ["efficientnet_lite0", "calibration.fairThreshold", "datasetSHA256", "8, 16"] {
        #expect(plain.text.contains(word))
      }
    }
  }

  @Test func evaluate() throws {
    try workshop.withFolder { folder in
      let outcome = try workshop.run([
        "evaluate", "--model", workshop.model, "--data", workshop.data, "--out", folder, "--json",
      ])
      outcome.expectSuccess()
      let metrics = try #require(try outcome.json() as? [String: Any])
      #expect(metrics["imageAUROC"] as? Double == 1)
      for name in ["pixelAUROC", "aupro", "aupimo", "imagePB2", "imagePG2"] {
        #expect((0...1).contains(try #require(metrics[name] as? Double)))
      }
      #expect(
        try outcome.output == Data(contentsOf: URL(fileURLWithPath: "\(folder)/metrics.json")))
    }
  }

  /// Without a defective image there is nothing to rank, which is no metric of 0.
  @Test func metricsThatAreUndefined() throws {
    try workshop.withFolder { folder in
      let data = "\(folder)/data"
      for part in ["train", "test/good"] {
        let target = "\(data)/\(part)"
        try FileManager.default.createDirectory(
          atPath: URL(fileURLWithPath: target).deletingLastPathComponent().path,
          withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: "\(workshop.data)/\(part)", toPath: target)
      }
      let outcome = try workshop.run([
        "evaluate", "--model", workshop.model, "--data", data, "--out", "\(folder)/out", "--json",
      ])
      outcome.expectSuccess()
      let metrics = try #require(try outcome.json() as? [String: Any])
      for name in ["imageAUROC", "pixelAUROC", "aupro", "aupimo", "imagePB2", "detectionRate"] {
        #expect(metrics[name] is NSNull)
      }
    }
  }

  @Test func doctor() throws {
    let outcome = try workshop.run(["doctor", "--json"])
    outcome.expectSuccess()
    let findings = try #require(try outcome.json() as? [[String: Any]])
    let subjects = findings.compactMap { $0["subject"] as? String }
    for subject in ["libtorch", "threads", "CUDA", "codec PNG", "weights efficientnet_lite0"] {
      #expect(subjects.contains(subject))
    }
  }

  @Test(
    .enabled(
      if: FileManager.default.isExecutableFile(atPath: "/usr/bin/script"),
      "there is no `script` to play a terminal"))
  func aTerminalHasOneLineThatIsWrittenOver() throws {
    try workshop.withFolder { folder in
      let command =
        ([CommandRun.executable, "train", "--data", workshop.data, "--out", "\(folder)/model"]
        + Workshop.quick + ["--epochs", "20"]).joined(separator: " ")
      let outcome = try CommandRun(
        ["-qec", command, "/dev/null"], program: "/usr/bin/script", in: folder
      ).finish()
      #expect(outcome.status == 0)
      let stages = outcome.text.replacingOccurrences(of: "\r\n", with: "\n").split(separator: "\n")
      // What was taken, a doubt about so few images, one line for each of four stages, the result and what it can promise.
      #expect(stages.count == 8, "\(outcome.text)")
      let states = stages.filter { $0.contains("training: ") }.flatMap { $0.split(separator: "\r") }
      #expect(states.count > 2)
      #expect(states.contains { $0.contains("/s, ") && $0.contains(" left, loss ") })
      #expect(states.last?.contains("training: 20/20 steps") == true)
    }
  }
}

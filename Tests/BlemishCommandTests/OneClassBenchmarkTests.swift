import Blemish
import Foundation
import Testing

/// One class of a labeled set against the others.
@Suite struct OneClassBenchmarkTests {
  let workshop: Workshop

  init() throws { workshop = try Workshop.shared.get() }

  /// A set in IDX files with two classes, coarse and fine checks of 28 x 28 pixels, in turn.
  private func writeChecks(to folder: String) throws {
    func idx(_ shape: [Int], _ elements: [UInt8]) -> Data {
      Data(
        [0, 0, 8, UInt8(shape.count)]
          + shape.flatMap { size in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) } }
          + elements)
    }
    var random = SeededRandom(seed: 1)
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    for (split, count) in [("train", 48), ("t10k", 12)] {
      let pixels = (0..<count).flatMap { number in
        (0..<28 * 28).map { index -> UInt8 in
          let size = number % 2 == 0 ? 7 : 2
          let isLight = (index % 28 / size + index / 28 / size) % 2 == 0
          return (isLight ? 160 : 60) + UInt8.random(in: 0...30, using: &random)
        }
      }
      try idx([count, 28, 28], pixels).write(
        to: URL(fileURLWithPath: "\(folder)/\(split)-images-idx3-ubyte"))
      try idx([count], (0..<count).map { UInt8($0 % 2) }).write(
        to: URL(fileURLWithPath: "\(folder)/\(split)-labels-idx1-ubyte"))
    }
  }

  private func arguments(_ folder: String, _ more: [String] = []) -> [String] {
    [
      "benchmark", "one-class", "--data", "\(folder)/checks", "--detector", "anomalyhop",
      "--seeds", "0", "--out", "\(folder)/results",
    ] + more
  }

  @Test func everyClassIsGoodInTurn() throws {
    try workshop.withFolder { folder in
      try writeChecks(to: "\(folder)/checks")
      let outcome = try workshop.run(arguments(folder, ["--json"]))
      #expect(outcome.status == 0, "\(outcome.errors)")
      let rows = try #require(try outcome.json() as? [[String: Any]])
      let conditions = rows.compactMap { $0["conditions"] as? [String: Any] }
      #expect(conditions.compactMap { $0["data"] as? String } == ["checks-0", "checks-1"])
      #expect(conditions.compactMap { $0["width"] as? Int } == [28, 28])
      for metrics in rows.compactMap({ $0["metrics"] as? [String: Any] }) {
        #expect(metrics["goodImages"] as? Int == 6)
        #expect(metrics["defectiveImages"] as? Int == 6)
        #expect((metrics["imageAUROC"] as? Double ?? 0) > 0.9)
      }
      let summary = try String(contentsOfFile: "\(folder)/results/summary.md", encoding: .utf8)
      #expect(summary.contains("mean of 2"))

      // Its record repeats it, and what is there is taken.
      let again = try workshop.run(["benchmark", "--config", "\(folder)/results/run.json"])
      #expect(again.status == 0, "\(again.errors)")
      #expect(again.lines.allSatisfy { $0.hasSuffix("taken as it is") })
      let both = try workshop.run(arguments(folder))
      #expect(both.text.contains("checks-1") && both.text.contains("mean of 2"))
      let one = try workshop.run(arguments(folder, ["--classes", "1-1"]))
      #expect(one.lines == ["anomalyhop, checks-1, seed 0: taken as it is"])
    }
  }

  @Test func mistakesAreNamed() throws {
    try workshop.withFolder { folder in
      try writeChecks(to: "\(folder)/checks")
      try workshop.run(arguments(folder, ["--classes", "0,5"]))
        .expectFailure(2, naming: ["no class 5", "there are 2"])
      try workshop.run(arguments(folder, ["--classes", "3-1"]))
        .expectFailure(2, naming: ["'3-1'", "--classes"])
      try workshop.run(["benchmark", "one-class", "--data", "\(folder)/none", "--out", "x"])
        .expectFailure(2, naming: ["no such set", "fashion-mnist"])
      try workshop.run(["benchmark", "--data", workshop.data, "--classes", "0", "--out", "x"])
        .expectFailure(2, naming: ["--classes", "one-class"])
    }
  }
}

import Blemish
import Foundation
import Testing

/// What `report` makes of the results of `evaluate`.
@Suite struct ReportCommandTests {
  let workshop: Workshop

  init() throws { workshop = try Workshop.shared.get() }

  /// Results of the workshop's model, in folders `a` and `b`.
  private func evaluate(in folder: String) throws {
    try workshop.run([
      "evaluate", "--model", workshop.model, "--data", workshop.data, "--out", "\(folder)/a",
    ]).expectSuccess()
    try FileManager.default.copyItem(atPath: "\(folder)/a", toPath: "\(folder)/b")
  }

  @Test func writesAFolderOrAFile() throws {
    try workshop.withFolder { folder in
      try evaluate(in: folder)
      let curves = try JSONSerialization.jsonObject(
        with: Data(contentsOf: URL(fileURLWithPath: "\(folder)/a/curves.json")))
      let named = try #require(curves as? [String: [String: Any]])
      #expect(named.keys.sorted() == ["imagePR", "imageROC", "pixelPR", "pixelROC"])
      #expect(named["imageROC"]?["area"] as? Double == 1)

      let outcome = try CommandRun(
        ["report", "a", "b", "--out", "out/both", "--names", "first,second", "--json"], in: folder
      ).finish()
      outcome.expectSuccess()
      let comparison = try #require(try outcome.json() as? [String: Any])
      let runs = try #require(comparison["runs"] as? [[String: Any]])
      #expect(runs.map { $0["name"] as? String } == ["first", "second"])
      #expect((comparison["images"] as? [Any])?.count == 6)
      let written = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/out/both")
      #expect(written.sorted() == ["comparison.json", "report.html", "run.json"])
      #expect(
        try Data(contentsOf: URL(fileURLWithPath: "\(folder)/out/both/comparison.json"))
          == outcome.output)

      // The record of a run repeats it.
      let again = try CommandRun(
        ["report", "--config", "out/both/run.json", "--out", "one.html"], in: folder
      ).finish()
      again.expectSuccess()
      #expect(again.text.contains("image AUROC"))
      #expect(again.text.hasSuffix("The report is one.html\n"))
      let html = try String(contentsOfFile: "\(folder)/one.html", encoding: .utf8)
      #expect(
        html == (try String(contentsOfFile: "\(folder)/out/both/report.html", encoding: .utf8)))
      #expect(html.contains("<h1>data</h1>") && html.hasSuffix("</html>\n"))
    }
  }

  @Test func placesThatAComparisonCannotTake() throws {
    try workshop.withFolder { folder in
      try evaluate(in: folder)
      func run(_ out: String) throws -> CommandOutcome {
        try CommandRun(["report", "a", "b", "--out", out], in: folder).finish()
      }
      let report = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/a/report.html"))
      for out in ["a", "a/report.html"] {
        try run(out).expectFailure(2, naming: [out, "results of a run", "another place"])
      }
      #expect(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/a/report.html")) == report)
      try run("a/metrics.json").expectFailure(2, naming: ["a file, not a folder"])
      try run(workshop.model).expectFailure(2, naming: [workshop.model, "a model"])
      try run("a/metrics.json/x.html").expectFailure(1, naming: ["metrics.json"])
    }
  }

  @Test func predictionsAreNoEvaluation() throws {
    try workshop.withFolder { folder in
      try evaluate(in: folder)
      try workshop.run(
        ["predict", "--model", workshop.model, "--out", "\(folder)/c", workshop.testImages[0]]
      ).expectSuccess()
      try CommandRun(["report", "a", "c", "--out", "x"], in: folder).finish()
        .expectFailure(2, naming: ["c: predictions without metrics", "`blemish evaluate`"])
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/x"))
    }
  }
}

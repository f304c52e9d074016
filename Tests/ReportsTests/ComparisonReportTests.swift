import Datasets
import Fixtures
import Foundation
import Inspection
import Metrics
import Reports
import Testing
import Torch
import Workbench
import WorkbenchFixtures

@Suite struct ComparisonReportTests {
  /// Two runs of one model with different thresholds, one over a copy of the data.
  @Test func showsWhatRealEvaluationsFound() throws {
    try withTemporaryFolder { folder in
      let names = ["strict", "lax"]
      for (name, threshold) in zip(names, [Float(1e9), nil]) {
        var model = try Cloth.model()
        if let threshold { model.decision = .threshold(threshold) }
        let dataset = try Cloth.dataset(in: "\(folder)/\(name)/cloth", good: 3, torn: 3)
        try Self.evaluate(
          model, on: dataset, data: "\(folder)/\(name)/cloth", to: "\(folder)/\(name)/out")
      }
      let folders = names.map { "\(folder)/\($0)/out" }
      let comparison = try Comparison(folders: folders, names: names)
      #expect(comparison.images.count == 6)
      #expect(comparison.worstMisses.count == 3)
      #expect(comparison.contingency(with: 1, where: \.isDefective).onlySecond == 3)

      let html = try comparison.html(top: 2, home: folder)
      #expect(html.contains("<h1>cloth</h1>"))
      #expect(html.contains("missed by A"))
      // Of two misses the image, its truth and two overlays.
      #expect(html.ranges(of: "<li class=\"card defective wrong\">").count == 2)
      #expect(html.ranges(of: "<img src=\"data:image/").count >= 2 * 4)
      #expect(html.contains("The first 2 of 3."))
      #expect(html.contains("Images: detection against false alarms"))
      #expect(html.contains("Pixels: detection against false alarms"))
      #expect(html.contains("A 1.000") && html.contains("B 1.000"))

      // The data has gone: what is left are the overlays.
      for name in names { try FileManager.default.removeItem(atPath: "\(folder)/\(name)/cloth") }
      let later = try comparison.html(top: 2, home: folder)
      #expect(later.contains("The images and masks themselves are not shown"))
      #expect(!later.contains("<figcaption>ground truth</figcaption>"))
      #expect(later.contains("<figcaption>A missed, 100.0\u{a0}%</figcaption>"))
    }
  }

  @Test func needsNothingBesideItAndNoScript() throws {
    try withTemporaryFolder { folder in
      let html = try Results.compare(Results.pair, in: folder).html(top: 20, home: folder)
      for outside in ["http:", "https:", "url(", "@import", "<link", "<iframe", "src=\"/", "{{"] {
        #expect(!html.contains(outside), "\(outside)")
      }
      // All that is said is there before the script.
      let script = try #require(html.firstRange(of: "<script>"))
      for text in [
        "Decisions", "Largest disagreements", "Worst misses (2)", "Where this comes from",
      ] {
        let place = try #require(html.firstRange(of: text))
        #expect(place.lowerBound < script.lowerBound)
      }
      #expect(html.contains("no curves in A, B"))
    }
  }

  @Test(arguments: [
    "<script>alert(1)</script>", "a\" onerror=\"alert(1)", "{{title}}",
    "a\"\u{301} onmouseover=\"\u{301}alert(1)", "<\u{338}img src=x>",
  ])
  func escapesHostileText(name: String) throws {
    func html(_ name: String, _ folder: String) throws -> String {
      var results = Results.pair
      let file = name.replacingOccurrences(of: "/", with: "")
      for run in results.indices {
        results[run].data = "/data/\(file)"
        results[run].lines[0].name = "test/good/\(file).png"
        results[run].metrics[name] = .number(1)
        results[run].curves[name] = EvaluationCurve(
          horizontal: name, vertical: name, area: 0.5, points: [(0, 0), (1, 1)])
      }
      results[0].lines[5].name = "test/torn/\(file).png"
      let folders = ["\(folder)/a", "\(folder)/b"]
      for (results, folder) in zip(results, folders) { try results.write(to: folder) }
      return try Comparison(folders: folders, names: [name, name + "2"]).html(top: 9, home: folder)
    }
    let (hostile, harmless) = try withTemporaryFolder { folder in
      (try html(name, "\(folder)/hostile"), try html("x", "\(folder)/harmless"))
    }
    for mark in ["<", "\""] as [Unicode.Scalar] {
      #expect(
        hostile.unicodeScalars.count { $0 == mark } == harmless.unicodeScalars.count { $0 == mark })
    }
  }

  /// A curve that the program does not know is drawn by what it says of itself.
  @Test func drawsCurvesOfAnyName() throws {
    try withTemporaryFolder { folder in
      var results = Results.pair
      results[1].curves["regionROC"] = EvaluationCurve(
        horizontal: "false pixels", vertical: "covered", area: nil, points: [(0, 0), (0.5, 7)])
      let html = try Results.compare(results, in: folder).html(top: 9, home: folder)
      #expect(html.contains("<h2>regionROC</h2>"))
      #expect(html.contains(">false pixels</text>") && html.contains(">covered</text>"))
      #expect(html.contains("no curves in A:"))
    }
  }

  @Test func saysWhatIsCompared() throws {
    try withTemporaryFolder { folder in
      let comparison = try Results.compare(Results.pair, in: folder)
      #expect(
        comparison.summary
          == "A is right on 5 of the 6 images in common and B on 4. Only A is right on 2 of them, only B on 1"
          + " (McNemar's p = 1.000).")
    }
  }

  @Test func namesWhatIsNotInAllRuns() throws {
    try withTemporaryFolder { folder in
      var results = Results.pair
      results[1].lines.removeFirst()
      results[0].lines[5].name = "test/torn/new.png"
      let html = try Results.compare(results, in: folder).html(top: 20, home: folder)
      #expect(html.contains("A a did not judge 1 of the images"))
      #expect(html.contains("B b did not judge 2 of the images"))
      #expect(html.contains("<li>test/torn/new.png</li>"))
    }
  }

  @Test func marksTheBestOfEachMetric() throws {
    try withTemporaryFolder { folder in
      var results = Results.pair
      for (index, values) in [(0.9, 0.1), (0.95, 0.3)].enumerated() {
        results[index].metrics = [
          "imageAUROC": .number(values.0), "falseAlarmRate": .number(values.1), "aupro": .null,
          "notes": .string("by hand"),
        ]
      }
      results[1].metrics["novelty"] = .integer(7)
      let comparison = try Results.compare(results, in: folder)
      let html = try comparison.html(top: 20, home: folder)
      #expect(html.contains("<td class=\"number best\">0.950<small>+0.050</small></td>"))
      #expect(html.contains("<td class=\"number\">0.300<small>+0.200</small></td>"))
      #expect(html.contains("AUPRO</th><td class=\"number\">n/a</td>"))
      #expect(html.contains("<th scope=\"row\">novelty</th>"))
      #expect(comparison.table.description.contains("0.950*"))
    }
  }

  @Test func eightRunsFitIntoAPlot() throws {
    try withTemporaryFolder { folder in
      let folders = (0..<8).map { "\(folder)/\($0)" }
      for path in folders { try Results.pair[0].write(to: path) }
      let html = try Comparison(folders: folders).html(top: 20, home: folder)
      #expect(html.contains("Ranks in A and H"))
      #expect(html.contains("The runs rank all images the same.") == true)
    }
  }

  @Test func withoutGoodImages() throws {
    try withTemporaryFolder { folder in
      let torn = Array(Results.pair[0].lines.suffix(3))
      let html = try Results.compare([Results(lines: torn), Results(lines: torn)], in: folder)
        .html(top: 1, home: folder)
      #expect(html.contains("The runs rank all images the same."))
      #expect(html.contains("No good image raises an alarm"))
      #expect(html.contains("the share of the images in common"))
    }
  }

  private static func evaluate(_ model: Model, on dataset: Dataset, data: String, to out: String)
    throws
  {
    let evaluation = try Evaluation(of: model, on: dataset, into: ResultFolder(out))
    try AtomicFile.write(JSON.encode(evaluation.metrics), to: "\(out)/metrics.json")
    try AtomicFile.write(JSON.encode(evaluation.curves), to: "\(out)/\(ResultFolder.curvesName)")
    let record = RunRecord(command: "evaluate", options: ["data": .string(data)])
    try AtomicFile.write(record.encoded(), to: "\(out)/\(RunRecord.fileName)")
  }
}

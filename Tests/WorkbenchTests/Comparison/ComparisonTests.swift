import Fixtures
import Foundation
import Inspection
import Metrics
import Testing
import Torch
import Workbench
import WorkbenchFixtures

@Suite struct ComparisonTests {
  /// Counted by hand.
  @Test func standingsAreSharesOfTheGoodImagesBelow() throws {
    try withTemporaryFolder { folder in
      let comparison = try Results.compare(Results.pair, in: folder)
      let expected: [String: [Double]] = [
        "test/good/0.png": [0.5 / 3, 2.5 / 3], "test/good/1.png": [1.5 / 3, 0.5 / 3],
        "test/good/2.png": [2.5 / 3, 1.5 / 3], "test/torn/0.png": [1, 1],
        "test/torn/1.png": [1, 1.5 / 3], "test/torn/2.png": [2 / 3.0, 1],
      ]
      try #require(comparison.images.count == 6)
      for image in comparison.images {
        #expect(image.judgements.map(\.standing) == expected[image.identity.name])
      }
      let torn = try #require(comparison.images.first { $0.identity.name == "test/torn/1.png" })
      // Four of six are below it in the first run; one is below and one level with it in the second.
      let ranks: [Double] = [4.5 / 6, 2.0 / 6]
      #expect(torn.judgements.map(\.rank) == ranks)
      #expect(torn.judgements.map(\.isRight) == [true, false])
      #expect(
        comparison.images.map(\.identity.name) == [
          "test/good/0.png", "test/torn/1.png", "test/torn/2.png", "test/good/1.png",
          "test/good/2.png", "test/torn/0.png",
        ])
    }
  }

  @Test func decisionsAreCounted() throws {
    try withTemporaryFolder { folder in
      let comparison = try Results.compare(Results.pair, in: folder)
      let counts = comparison.contingency(with: 1)
      #expect(counts.both == 3 && counts.onlyFirst == 2)
      #expect(counts.onlySecond == 1 && counts.neither == 0)
      let defective = comparison.contingency(with: 1, where: \.isDefective)
      #expect(defective.both == 1 && defective.onlyFirst == 1 && defective.onlySecond == 1)
      // Of three tosses of a coin, two or more on one side: certain.
      #expect(counts.test.pValue == 1)
    }
  }

  @Test func troubleComesWorstFirst() throws {
    try withTemporaryFolder { folder in
      let comparison = try Results.compare(Results.pair, in: folder)
      #expect(
        comparison.worstMisses.map(\.identity.name) == ["test/torn/1.png", "test/torn/2.png"])
      // The last lies above a torn one in the first run, and level with one in the second.
      #expect(
        comparison.worstFalseAlarms.map(\.identity.name) == ["test/good/2.png", "test/good/0.png"])
    }
  }

  /// Where the data lies does not matter; what one run lacks is named and left out.
  @Test func matchesImagesByTheirPathInTheData() throws {
    try withTemporaryFolder { folder in
      var results = Results.pair
      results[1].data = "copies/of/cloth"
      results[1].lines[1].score = nil
      results[1].lines.removeFirst()
      results[0].lines[5].name = "test/torn/new.png"
      let comparison = try Results.compare(results, in: folder)
      #expect(comparison.images.count == 3)
      #expect(comparison.runs[0].absent.map(\.name) == ["test/torn/2.png"])
      #expect(
        comparison.runs[1].absent.map(\.name) == [
          "test/good/0.png", "test/good/1.png", "test/torn/new.png",
        ])
    }
  }

  @Test func marksTheBestOfEachMetric() throws {
    try withTemporaryFolder { folder in
      var results = Results.pair + [Results.pair[0]]
      for (index, values) in [(0.9, 0.1, 3), (0.95, 0.1, 3), (0.95, 0.3, 3)].enumerated() {
        results[index].metrics = [
          "imageAUROC": .number(values.0), "falseAlarmRate": .number(values.1),
          "goodImages": .integer(values.2), "aupro": .null, "notes": .string("by hand"),
        ]
      }
      results[2].metrics["novelty"] = .integer(7)
      let comparison = try Results.compare(results, in: folder)
      let metrics = try #require(comparison.json.members["metrics"]).members
      #expect(
        metrics.keys.sorted() == [
          "aupro", "falseAlarmRate", "goodImages", "imageAUROC", "novelty",
        ])
      let best = metrics.mapValues { $0.members["best"] }
      #expect(best["imageAUROC"] == .array([.integer(1), .integer(2)]))
      #expect(best["falseAlarmRate"] == .array([.integer(0), .integer(1)]))
      for key in ["goodImages", "novelty", "aupro"] { #expect(best[key] == .array([])) }
      #expect(metrics["novelty"]?.members["values"] == .array([.null, .null, .number(7)]))
      guard case .array(let differences)? = metrics["falseAlarmRate"]?.members["differences"],
        case .number(let last) = differences[2]
      else {
        Issue.record("no differences")
        return
      }
      #expect(abs(last - 0.2) < 1e-12)
    }
  }

  @Test func namesAreThoseOfFoldersMadeUnique() throws {
    try withTemporaryFolder { folder in
      let folders = ["x/results", "y/results", "other"].map { "\(folder)/\($0)" }
      for path in folders { try Results.pair[0].write(to: path) }
      let comparison = try Comparison(folders: folders)
      #expect(comparison.runs.map(\.name) == ["x/results", "y/results", "other"])
      let named = try Comparison(folders: folders, names: ["p", "q", "r"])
      #expect(named.runs.map(\.name) == ["p", "q", "r"])
      for names in [["p"], ["p", "p", "r"], ["p", "", "r"]] {
        let error = #expect(throws: InspectionError.self) {
          try Comparison(folders: folders, names: names)
        }
        #expect(error?.subject == "names")
      }
    }
  }

  @Test func tellsWhyFoldersCannotBeCompared() throws {
    try withTemporaryFolder { folder in
      let good = "\(folder)/good"
      try Results.pair[0].write(to: good)
      func expect(
        _ words: String..., sourceLocation: SourceLocation = #_sourceLocation,
        when mend: (String) throws -> Void
      ) throws {
        let bad = "\(folder)/bad"
        try Results.pair[1].write(to: bad)
        try mend(bad)
        let error = #expect(throws: InspectionError.self, sourceLocation: sourceLocation) {
          try Comparison(folders: [good, bad])
        }
        for word in ["bad"] + words {
          #expect(
            error?.description.contains(word) == true, "\(String(describing: error))",
            sourceLocation: sourceLocation)
        }
        try FileManager.default.removeItem(atPath: bad)
      }
      let files = FileManager.default
      try expect("no such folder") {
        try files.removeItem(atPath: $0)
        try files.createDirectory(atPath: "\(folder)/bad/", withIntermediateDirectories: true)
        try files.moveItem(atPath: "\(folder)/bad", toPath: "\(folder)/elsewhere")
        try files.createSymbolicLink(atPath: $0, withDestinationPath: "nowhere")
      }
      try expect("predictions without metrics", "blemish evaluate") {
        try files.removeItem(atPath: "\($0)/metrics.json")
      }
      try expect("no results of an evaluation") {
        try files.removeItem(atPath: "\($0)/metrics.json")
        try files.removeItem(atPath: "\($0)/predictions.jsonl")
      }
      try expect("a model", "blemish evaluate --model") {
        try Fixtures.write("{}", to: "\($0)/manifest.json")
      }
      try expect("predictions.jsonl: line 2 is no prediction") {
        try Fixtures.write(
          "{\"path\":\"a\",\"label\":\"good\"}\n[]\n", to: "\($0)/predictions.jsonl")
      }
      try expect("metrics.json", "not in the form") {
        try Fixtures.write("AUROC 1", to: "\($0)/metrics.json")
      }
      try expect("metrics.json: no metrics") { try Fixtures.write("{}", to: "\($0)/metrics.json") }
      try expect("curves.json", "not in the form") {
        try Fixtures.write("{\"imageROC\": 1}", to: "\($0)/curves.json")
      }
      try expect("about 90 images", "about 6", "interrupted") {
        try Fixtures.write(
          "{\"goodImages\": 50, \"defectiveImages\": 40}", to: "\($0)/metrics.json")
      }
      try expect("no image in common with \(good)", "test/good/0.png", "other/good/0.png") {
        var results = Results.pair[1]
        results.lines = results.lines.map {
          ($0.name.replacingOccurrences(of: "test", with: "other"), $0.score, $0.isAnomalous)
        }
        try results.write(to: $0)
      }
    }
  }

  @Test func takesTwoToEightRuns() throws {
    try withTemporaryFolder { folder in
      let folders = (0..<9).map { "\(folder)/\($0)" }
      for path in folders { try Results.pair[0].write(to: path) }
      func found(_ folders: [String]) -> InspectionError? {
        #expect(throws: InspectionError.self) { try Comparison(folders: folders) }
      }
      #expect(found([folders[0]])?.remedy.contains("blemish evaluate") == true)
      #expect(found([])?.isUsage == true)
      #expect(found(folders)?.found == "9 runs to compare")
      #expect(found([folders[0], folders[0] + "/."])?.found == "it is given twice")
      #expect(try Comparison(folders: Array(folders.prefix(8))).runs.count == 8)
    }
  }

  /// An image that carries other labels is not the same, nor is there a standing without good images.
  @Test func labelsCount() throws {
    try withTemporaryFolder { folder in
      let torn = Array(Results.pair[0].lines.suffix(3))
      let comparison = try Results.compare(
        [Results(lines: torn), Results(lines: torn)], in: folder)
      #expect(comparison.images.map(\.disagreement) == [0, 0, 0])
      #expect(comparison.worstFalseAlarms.isEmpty)
    }
  }
}

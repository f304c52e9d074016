import Foundation
import Inspection
import Reports
import Testing
import Workbench

/// Summaries of rows whose metrics are known.
@Suite struct BenchmarkReportTests {
  private static func conditions(
    _ data: String, seed: UInt64 = 0, _ protocol: BenchmarkProtocol = .strict,
    backbone: String = "efficientnet_lite0", side: Int = 256
  ) -> BenchmarkConditions {
    BenchmarkConditions(
      detector: "uflow", settings: .object(["epochs": .integer(1)]),
      backbone: BackboneReference(id: backbone, sha256: "0"), data: data, dataSHA256: nil,
      seed: seed, protocol: `protocol`, width: side, height: side, holdOut: 0.1, device: "cpu")
  }

  private static func row(
    _ conditions: BenchmarkConditions, _ metrics: [String: JSONValue]
  ) throws -> BenchmarkRow {
    var row = BenchmarkRow(conditions, .done)
    row.metrics = try JSONDecoder().decode(
      EvaluationMetrics.self, from: JSON.encode(JSONValue.object(metrics)))
    row.calibrationImages = 20
    return row
  }

  private static func summary(_ rows: [BenchmarkRow]) -> BenchmarkSummary {
    BenchmarkSummary(plan: rows.map(\.conditions), rows: rows)
  }

  /// The cells of the line that begins with `start`.
  private static func cells(_ summary: BenchmarkSummary, _ start: String) -> [String]? {
    summary.markdown.split(separator: "\n").first { $0.hasPrefix("| \(start) |") }
      .map { $0.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) } }
  }

  /// By hand: 0.7, 0.8, 0.9 have the mean 0.8 and the deviation 0.1; 0.6, 0.6, 0.9 the mean 0.7 and 0.173; the means over
  /// both data sets are 0.65, 0.7, 0.9 with the mean 0.75 and the deviation 0.132.
  @Test func meansAndDeviations() throws {
    let figures = ["felt": [0.7, 0.8, 0.9], "linen": [0.6, 0.6, 0.9]]
    let rows = try (0..<3).flatMap { seed in
      try ["felt", "linen"].map { data in
        try Self.row(
          Self.conditions(data, seed: UInt64(seed)),
          ["imageAUROC": .number(figures[data]![seed]), "aupro": .null])
      }
    }
    let summary = Self.summary(rows)
    #expect(
      Self.cells(summary, "uflow | felt") == ["uflow", "felt", "3", "0.800 ± 0.100", "n/a"])
    #expect(
      Self.cells(summary, "uflow | linen") == ["uflow", "linen", "3", "0.700 ± 0.173", "n/a"])
    #expect(
      Self.cells(summary, "**uflow** | **mean of 2**")
        == ["**uflow**", "**mean of 2**", "**3**", "**0.750 ± 0.132**", "**n/a**"])
    #expect(summary.markdown.contains("| image AUROC | AUPRO |"))
    let html = try summary.html()
    #expect(html.contains("<td class=\"number\">0.750 ± 0.132</td>"))
    #expect(html.ranges(of: "<circle ").count == 6)
    #expect(html.ranges(of: "<svg ").count == 1)
  }

  /// By hand: 0.9, 0.9002 have the deviation 0.000141.
  @Test func aSmallSpreadIsShown() throws {
    let rows = try [0.9, 0.9002].enumerated().map {
      try Self.row(Self.conditions("felt", seed: UInt64($0)), ["imageAUROC": .number($1)])
    }
    #expect(Self.cells(Self.summary(rows), "uflow | felt")?.last == "0.900 ± 0.0001")
  }

  /// A mean over some of the data sets, or of some of the seeds, is not shown as one over all.
  @Test func whatIsMissingIsNotAveragedOver() throws {
    let rows = try [
      try Self.row(Self.conditions("felt"), ["imageAUROC": .number(0.5), "pixelAUROC": .null]),
      try Self.row(
        Self.conditions("linen"), ["imageAUROC": .integer(1), "pixelAUROC": .number(0.9)]),
      try Self.row(
        Self.conditions("linen", seed: 1), ["imageAUROC": .number(0.5), "pixelAUROC": .number(0.7)]),
    ]
    let failed = BenchmarkRow(
      Self.conditions("felt", seed: 1), .failed, error: "a|b\nc: <b>_x_</b>")
    let summary = Self.summary(rows + [failed])
    #expect(Self.cells(summary, "uflow | felt") == ["uflow", "felt", "1 of 2", "0.500", "n/a"])
    #expect(
      Self.cells(summary, "uflow | linen")
        == ["uflow", "linen", "2", "0.750 ± 0.354", "0.800 ± 0.141"])
    #expect(
      Self.cells(summary, "**uflow** | **mean of 2**")
        == ["**uflow**", "**mean of 2**", "**1**", "**0.750**", "**n/a**"])
    #expect(summary.markdown.contains("3 of 4 runs done, 1 failed."))
    #expect(
      summary.markdown.contains("| uflow, felt, seed 1 | a\\|b c: \\<b>\\_x\\_\\</b> |"))
    #expect(try summary.html().contains("a|b\u{fffd}c: &lt;b&gt;_x_&lt;/b&gt;"))
  }

  @Test func metricsOfOtherVersionsAreShown() throws {
    let summary = Self.summary([
      try Self.row(
        Self.conditions("felt"),
        [
          "zebra": .number(0.25), "mIoUOracle": .number(0.5), "imageAUROC": .integer(1),
          "goodImages": .integer(3),
          "defects": .object([
            "torn": .object(["images": .integer(3), "detectionRate": .number(0.5)])
          ]),
        ])
    ])
    #expect(summary.markdown.contains("| detector | data | seeds | mIoU oracle | zebra |"))
    #expect(summary.markdown.contains("| uflow | felt | 1 | 0.500 | 0.2500 |"))
    #expect(!summary.markdown.contains("goodImages"))
    let lines = summary.csv.split(separator: "\r\n").map { $0.split(separator: ",") }
    let column = try #require(lines[0].firstIndex(of: "defects.torn.detectionRate"))
    #expect(lines[1][column] == "0.5")
  }

  @Test func commaSeparatedValues() throws {
    var good = try Self.row(
      Self.conditions("a,b \"c\""), ["imageAUROC": .number(0.1 + 0.2), "pixelAUROC": .null])
    good.seconds = ["fitting": 1.5]
    let bad = BenchmarkRow(Self.conditions("felt"), .failed, error: "line\nend")
    let csv = Self.summary([good, bad]).csv
    #expect(
      csv.hasPrefix(
        "detector,data,seed,protocol,status,selectedOnTestData,imageAUROC,pixelAUROC,seconds.fitting,"
      ))
    #expect(
      csv.contains(
        "\r\nuflow,\"a,b \"\"c\"\"\",0,strict,done,false,0.30000000000000004,n/a,1.5,"))
    #expect(csv.contains("\r\nuflow,felt,0,strict,failed,false,n/a,n/a,n/a,"))
    #expect(csv.hasSuffix("\"line\nend\"\r\n"))
  }

  /// What an evaluation of 20 good images writes of the regions in some of them.
  private static func falseAlarms(
    _ levels: [(expected: Double, regions: [String: Int], theoretical: Double?)]
  ) -> [String: JSONValue] {
    let levels = levels.map { expected, regions, theoretical in
      JSONValue.object([
        "expected": .number(expected),
        "calibrated": .number(Double(regions.values.reduce(0, +)) / 20),
        "theoretical": theoretical.map(JSONValue.number) ?? .null,
        "alarmRate": .number(Double(regions.count) / 20), "detectionRate": .number(0.5),
        "dispersion": .number(1), "regions": .object(regions.mapValues(JSONValue.integer)),
        "interval": .array([.number(0), .number(1)]),
      ])
    }
    return ["goodImages": .integer(20), "falseAlarms": .array(levels)]
  }

  /// Intervals by statsmodels and scipy, see `intervals` in `Scripts/fixtures/promises.py`.
  @Test func falseAlarmsArePooled() throws {
    let (once, twice) = (["a": 1, "b": 1, "c": 1, "d": 1], ["a": 2, "b": 2, "c": 1, "d": 1])
    let rows = try [
      Self.row(Self.conditions("felt"), Self.falseAlarms([(1, once, 3), (0.1, [:], nil)])),
      Self.row(
        Self.conditions("felt", seed: 1), Self.falseAlarms([(0.1, [:], nil), (1, twice, 1)])),
    ]
    let summary = Self.summary(rows)
    #expect(summary.markdown.contains("## False alarms in good test images"))
    // Both seeds alarm on the same four images, so four of 20 are all that is known.
    #expect(
      Self.cells(summary, "uflow | felt | 20 | 1")
        == [
          "uflow", "felt", "20", "1", "0.250 \\[0.073, 0.616]", "kept",
          "0.200 \\[0.057, 0.437]", "n/a", "0.200 to 0.200", "0.500", "2.000", "n/a",
        ])
    #expect(
      Self.cells(summary, "uflow | felt | 20 | 0.1")
        == [
          "uflow", "felt", "20", "0.1", "0.000 \\[0.000, 0.184]", "kept",
          "0.000 \\[0.000, 0.168]", "kept", "0.000 to 0.000", "0.500", "n/a", "n/a",
        ])
    #expect(summary.csv.contains(",falseAlarms.0.1.calibrated,"))
    let none = Self.summary([try Self.row(Self.conditions("felt"), ["goodImages": .integer(10)])])
    #expect(!none.markdown.contains("## False alarms"))
  }

  /// By `scipy.stats.binomtest`, 0 of 20 images leave 0 to 0.168, and 8 of 20 leave 0.191 to 0.639.
  @Test func promisesAreJudgedByTheirIntervals() throws {
    let alarms = Dictionary(uniqueKeysWithValues: (0..<8).map { ("\($0)", $0 < 2 ? 2 : 1) })
    let summary = Self.summary([
      try Self.row(
        Self.conditions("felt"), Self.falseAlarms([(0.1, alarms, nil), (0.05, [:], nil)]))
    ])
    let loud = try #require(Self.cells(summary, "uflow | felt | 20 | 0.1"))
    #expect(loud[5] == "not kept" && loud[7] == "not kept")
    let silent = try #require(Self.cells(summary, "uflow | felt | 20 | 0.05"))
    #expect(silent[5] == "too few to tell" && silent[7] == "too few to tell")
  }

  /// Rows of version 0.1 do not say in which images the regions were, and other test images are no clusters.
  @Test func whatCannotBePooledIsNotJudged() throws {
    var other = Self.falseAlarms([(0.1, [:], nil)])
    other["goodImages"] = .integer(19)
    let earlier: [String: JSONValue] = [
      "goodImages": .integer(20),
      "falseAlarms": .array([
        .object(["promised": .number(0.1), "calibrated": .number(0), "alarmRate": .number(0)])
      ]),
    ]
    for second in [other, earlier] {
      let summary = Self.summary([
        try Self.row(Self.conditions("felt"), Self.falseAlarms([(0.1, [:], nil)])),
        try Self.row(Self.conditions("felt", seed: 1), second),
      ])
      let line = try #require(
        summary.markdown.split(separator: "\n").first { $0.contains("| 0.1 | 0.000 | n/a |") })
      #expect(line.contains("| 0.000 | n/a | 0.000 | n/a |"))
    }
  }

  /// As the paper prints them for bottle: pixel AUROC 98.65, AUPRO 95.64, mIoU at log NFA 0 .6564.
  @Test func publishedMetricsStandBesideOurs() throws {
    let metrics: [String: JSONValue] = [
      "pixelAUROC": .number(0.9765), "aupro": .number(0.9664),
      "mIoUTheoreticalAtOne": .number(0.6464), "mIoUAtOne": .number(0.7),
      "goodImages": .integer(20),
      "defectiveImages": .integer(63),
    ]
    let ours = Self.summary([try Self.row(Self.conditions("bottle", .paper), metrics)])
    let line = try #require(Self.cells(ours, "uflow | bottle | pixel AUROC"))
    #expect(
      line[3...5] == ["0.976", "0.9865", "-0.0100"]
        || line[3...5] == ["0.977", "0.9865", "-0.0100"])
    #expect(line[6].hasPrefix("paper: MS-CaiT 448 px; ours: efficientnet\\_lite0 256 px"))
    #expect(Self.cells(ours, "uflow | bottle | AUPRO")?[3...5] == ["0.966", "0.9564", "+0.0100"])
    #expect(
      Self.cells(ours, "uflow | bottle | mIoU at NFA 1, theoretical")?[3...5]
        == ["0.646", "0.6564", "-0.0100"])
    // Two tables of metrics, three comparisons and the costs; what ours lack is not compared.
    #expect(Self.cells(ours, "uflow | bottle | mIoU oracle, theoretical") == nil)
    #expect(ours.markdown.ranges(of: "| uflow | bottle | ").count == 6)
    #expect(ours.markdown.contains("arXiv 2211.12353"))

    let same = Self.summary([
      try Self.row(Self.conditions("bottle", .paper, backbone: "mcait", side: 448), metrics)
    ])
    #expect(Self.cells(same, "uflow | bottle | pixel AUROC")?[6].contains("MS-CaiT") == false)

    // Other pictures in a folder of that name.
    let other = Self.summary([
      try Self.row(
        Self.conditions("bottle", .paper), metrics.merging(["goodImages": .integer(2)]) { $1 })
    ])
    #expect(!other.markdown.contains("## Compared with the papers"))
    #expect(
      other.markdown.contains("the test images of bottle are not those of the MVTec AD category"))

    // The same, but for one that could not be read.
    var torn = try Self.row(
      Self.conditions("bottle", .paper),
      metrics.merging(["goodImages": .integer(19), "failedImages": .integer(1)]) { $1 })
    torn.failures = ["003.png: truncated"]
    let cells = Self.cells(Self.summary([torn]), "uflow | bottle | pixel AUROC")
    #expect(cells?[6].hasSuffix("; ours: 1 images left out") == true)
  }

  @Test func publishedMetricsOfAnotherProtocolAreNotShown() throws {
    let metrics: [String: JSONValue] = [
      "pixelAUROC": .number(0.9), "goodImages": .integer(20), "defectiveImages": .integer(63),
    ]
    let strict = Self.summary([try Self.row(Self.conditions("bottle"), metrics)])
    #expect(!strict.markdown.contains("## Compared with the papers"))
    #expect(
      strict.markdown.contains(
        "The papers: not compared: the paper used another protocol"))
    let elsewhere = Self.summary([try Self.row(Self.conditions("felt", .paper), metrics)])
    #expect(!elsewhere.markdown.contains("apers"))
  }

  /// Carpet 99.42 and grid 98.49 have the mean 98.955; 0.993 and 0.989 the mean 0.991.
  @Test func publishedMeansAreOverTheSameCategories() throws {
    let rows = try [("carpet", 0.993, 28, 89), ("felt", 0.5, 1, 1), ("grid", 0.989, 21, 57)].map {
      data, auroc, good, defective in
      try Self.row(
        Self.conditions(data, .paper),
        [
          "pixelAUROC": .number(auroc), "goodImages": .integer(good),
          "defectiveImages": .integer(defective),
        ])
    }
    let means = Self.summary(rows).markdown.split(separator: "\n")
      .filter { $0.contains("mean of 2") }
    #expect(means.count == 1)
    #expect(
      means.first?.contains("| **0.991** | **0.9895** |") == true
        || means.first?.contains("| **0.991** | **0.9896** |") == true)
    // 0.991 - 0.98955 = 0.00145
    #expect(
      means.first?.contains("| **+0.0014** |") == true
        || means.first?.contains("| **+0.0015** |") == true)
  }

  @Test func nothingYet() throws {
    let summary = BenchmarkSummary(plan: [Self.conditions("felt")], rows: [])
    #expect(summary.markdown.contains("0 of 1 runs done."))
    #expect(summary.csv.split(separator: "\r\n").count == 1)
    #expect(try !summary.html().contains("<svg "))
  }
}

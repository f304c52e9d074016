import Inspection
import Metrics
import Reports
import Testing
import Workbench

@Suite struct ReportTests {
  @Test func showsMetricsDecisionsAndImages() throws {
    let html = try Report.sample.html()
    for text in [
      "<!DOCTYPE html>", "<h1>bottle</h1>", "<h2>Scores</h2>",
      "2 of 3 defective images detected, 1 false alarm on 2 good images.",
      "0.998", "38.4 ms", "broken_large/000.png",
    ] {
      #expect(html.contains(text), "\(text) is missing")
    }
    #expect(html.contains("data:image/jpeg;base64,/9j/"))
    #expect(html.contains("data:image/png;base64,iVBORw=="))
    // The histogram and both kinds of curve.
    #expect(html.ranges(of: "<svg ").count == 3)
    #expect(html.contains("<h2>Detection against false alarms</h2>"))
    #expect(html.contains("<h2>Precision against recall</h2>"))
    #expect(html.ranges(of: "image 1.000</text>").count == 2)
    #expect(html.ranges(of: "<li class=\"card").count == 5)
    #expect(!html.contains("{{"))
  }

  /// Misses from the lowest score on, then false alarms and the others from the highest on.
  @Test func showsWrongDecisionsFirst() throws {
    var report = Report.sample
    report.images += [
      .init(name: "dirt/003.png", truth: .defective("dirt"), score: 0.1, isAnomalous: false),
      .init(name: "good/005.png", truth: .good, score: 2, isAnomalous: true),
      .init(name: "dirt/004.png", truth: .defective("dirt"), score: .nan, isAnomalous: false),
    ]
    let html = try report.html()
    let places = try [
      "dirt/003", "dirt/002", "dirt/004", "good/005", "good/004", "broken_large/000", "dirt/001",
      "good/003",
    ].map {
      try #require(html.firstRange(of: "title=\"\($0).png\"")).lowerBound
    }
    #expect(places == places.sorted())
    #expect(html.ranges(of: "card defective missed wrong").count == 3)
    #expect(html.ranges(of: "card good alarm wrong").count == 2)
    #expect(html.contains("for=\"show-missed\">Missed<span>3</span>"))
    #expect(html.contains("for=\"show-alarm\">False alarms<span>2</span>"))
  }

  /// The last two pass an escape that goes by grapheme: the mark joins the quote or bracket before it.
  @Test(arguments: [
    "<script>alert(1)</script>", "a\" onerror=\"alert(1)", "it's & <b>", "{{title}}", "]]>--><svg>",
    "a\"\u{301} onmouseover=\"\u{301}alert(1)", "<\u{338}img src=x>",
  ])
  func escapesHostileText(name: String) throws {
    let report = Self.report(named: name)
    let html = try report.html()
    // As many tags as with a harmless name: no name has opened one.
    let harmless = try Self.report(named: "x").html()
    #expect(html.unicodeScalars.count { $0 == "<" } == harmless.unicodeScalars.count { $0 == "<" })
    #expect(
      html.unicodeScalars.count { $0 == "\"" } == harmless.unicodeScalars.count { $0 == "\"" })
  }

  @Test func needsNothingBesideIt() throws {
    let html = try Report.sample.html()
    for source in ["src", "href", "action"] {
      for match in html.ranges(of: "\(source)=\"") {
        #expect(
          html[match.upperBound...].hasPrefix("data:"), "\(html[match.lowerBound...].prefix(60))")
      }
    }
    for outside in ["http:", "https:", "url(", "@import", "<link", "<iframe"] {
      #expect(!html.contains(outside), "\(outside)")
    }
  }

  @Test func showsUndefinedAsNotAvailable() throws {
    for value in [nil, Double.nan, .infinity] {
      #expect(Metric.aupro.text(value) == "n/a")
    }
    let html = try Report(
      title: "one class", metrics: .init([.imageAUROC: nil]),
      curves: [.init("image", roc: nil), .init("image", precisionRecall: nil)],
      decision: .threshold(.nan),
      images: [
        .init(name: "a.png", truth: .good, score: 1, isAnomalous: false),
        .init(name: "b.png", truth: .good, score: .nan, isAnomalous: false),
      ]
    ).html()
    #expect(html.contains("<td class=\"number\">n/a</td>"))
    #expect(html.contains("<span class=\"score\">n/a</span>"))
    #expect(html.contains("no false alarm on 2 good images."))
    // The histogram of what there is, but no curve.
    #expect(html.ranges(of: "<svg ").count == 1)
    #expect(!html.contains("nan"))
  }

  @Test func saysThatThereIsNothing() throws {
    let html = try Report(title: "empty").html()
    #expect(html.contains("No image was inspected."))
    #expect(html.contains("There is nothing to show."))
    #expect(!html.contains("<svg "))
    #expect(!html.contains("name=\"show\""))
  }

  @Test func saysWhatWasFlaggedWhereNothingIsLabeled() throws {
    let images = (0..<3).map {
      InspectedImage(name: "\($0).png", truth: .unlabeled, score: Double($0), isAnomalous: $0 > 1)
    }
    let html = try Report(title: "line 3", decision: .threshold(1.5), images: images).html()
    #expect(html.contains("1 of 3 unlabeled images flagged."))
    #expect(html.contains("id=\"show-flagged\""))
    #expect(!html.contains("id=\"show-missed\""))
    #expect(!html.contains("<h2>Decisions</h2>"))
  }

  @Test(arguments: [
    [0.0, 0.0], [1e300, -1e300], [.leastNonzeroMagnitude, 0], [1e16, 1e16 + 2],
    [.infinity, -.infinity], [.nan],
    [-3e-9, 4e-9], [7],
  ])
  func drawsAnyScores(scores: [Double]) throws {
    let decisions: [Decision?] = [
      nil, .threshold(0), .threshold(3e38), .threshold(-.leastNonzeroMagnitude), .threshold(.nan),
      .falseAlarms(perImage: 0.05), .falseAlarms(perImage: 1e-300), .falseAlarms(perImage: 0),
    ]
    for decision in decisions {
      let images = scores.map {
        InspectedImage(
          name: "x", truth: .good, score: $0, log10FalseAlarms: $0, isAnomalous: true)
      }
      let html = try Report(title: "x", decision: decision, images: images).html()
      #expect(html.hasSuffix("</html>\n"))
      #expect(!html.contains("=\"inf") && !html.contains("=\"-inf") && !html.contains("=\"n/a"))
    }
  }

  @Test func fewExtremeScoresDoNotHideTheOthers() throws {
    let scores = (0..<60).map { Double($0) / 60 } + [1e6]
    let images = scores.map {
      InspectedImage(name: "\($0).png", truth: .good, score: $0, isAnomalous: $0 > 0.5)
    }
    let html = try Report(title: "tail", decision: .threshold(0.5), images: images).html()
    #expect(html.contains("The outermost bars also count what lies beyond them."))
    #expect(html.ranges(of: "<rect ").count > 10)
    #expect(html.contains("<span class=\"score\">0.9833</span>"))
    #expect(html.contains("<i style=\"width:100.0%\">"))
    #expect(html.contains("threshold 0.5000"))
  }

  @Test(arguments: [
    (0.5, "0.500"), (0.99812, "0.998"), (0.99961, "0.9996"), (1, "1.000"), (0, "0.000"),
    (0.9999999, "1.000000"),
  ])
  func writesRatiosWithSensibleDigits(value: Double, text: String) {
    #expect(Metric.imageAUROC.text(value) == text)
  }

  @Test func threeHundredImagesAreQuick() throws {
    let picture = Thumbnail([UInt8](repeating: 7, count: 5_000))
    let images = (0..<300).map {
      InspectedImage(
        name: "\($0).png", truth: .good, score: Double($0), isAnomalous: false, original: picture,
        overlay: picture, mask: picture, groundTruth: picture)
    }
    let report = Report(title: "many", images: images)
    let clock = ContinuousClock()
    var html = ""
    let time = try clock.measure { html = try report.html() }
    #expect(html.utf8.count > 300 * 4 * 5_000 * 4 / 3)
    #expect(html.ranges(of: "loading=\"lazy\"").count == 1200)
    #expect(time < .seconds(10))
  }

  private static func report(named name: String) -> Report {
    Report(
      title: name, subtitle: name, metrics: .init([.imageAUROC: 0.5]), notes: [name],
      curves: [.init(name, roc: Report.roc)],
      tables: [
        .init(
          heading: name, note: name, columns: [.init(name), .init(name, .right)],
          rows: [.init(cells: [name, name]), .init(cells: [name, name], isMean: true)])
      ], decision: .threshold(0.5),
      images: [
        .init(name: name, truth: .defective(name), score: 1, isAnomalous: true, original: .png),
        .init(name: "good", truth: .good, score: 0, isAnomalous: false),
      ],
      failures: [.init(name, name)], provenance: [.init(name, name)])
  }
}

extension Report {
  fileprivate static let roc = try? ImageEvaluation(scores: [0, 1], isDefective: [false, true])
    .rocCurve(step: 0)
  fileprivate static let precisionRecall = try? ImageEvaluation(
    scores: [0, 1], isDefective: [false, true]
  ).precisionRecallCurve()

  fileprivate static var sample: Report {
    Report(
      title: "bottle", subtitle: "U-Flow",
      metrics: .init([.imageAUROC: 0.9981, .millisecondsPerImage: 38.42, .goodImages: 2]),
      curves: [
        .init("image", roc: roc),
        .init("image", precisionRecall: precisionRecall),
      ],
      tables: [
        .init(heading: "Kinds of defect", columns: [.init("defect"), .init("images", .right)])
      ], decision: .threshold(1),
      images: [
        .init(
          name: "good/003.png", truth: .good, score: 0.9, isAnomalous: false, original: .jpeg,
          overlay: .jpeg, mask: .png),
        .init(name: "good/004.png", truth: .good, score: 1.1, isAnomalous: true, original: .jpeg),
        .init(
          name: "broken_large/000.png", truth: .defective("broken_large"), score: 3.5,
          isAnomalous: true, original: .jpeg, overlay: .jpeg, mask: .png, groundTruth: .png),
        .init(name: "dirt/001.png", truth: .defective("dirt"), score: 1.3, isAnomalous: true),
        .init(name: "dirt/002.png", truth: .defective("dirt"), score: 0.2, isAnomalous: false),
      ],
      provenance: [.init("Seed", "0")])
  }
}

extension Thumbnail {
  fileprivate static let png = Thumbnail([0x89, 0x50, 0x4e, 0x47])
  fileprivate static let jpeg = Thumbnail([0xff, 0xd8, 0xff, 0xe0])
}

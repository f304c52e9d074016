import Foundation
import Inspection
import Reports
import Testing
import Workbench

/// The drawing of how images are spread, as it stands in a report.
@Suite struct HistogramTests {
  private static func html(
    _ exponents: [Double?], _ decision: Decision? = .falseAlarms(perImage: 0.05)
  ) throws -> String {
    let images = exponents.enumerated().map { index, exponent in
      InspectedImage(
        name: "\(index).png", truth: index % 2 == 0 ? .good : .defective("torn"),
        score: Double(index), log10FalseAlarms: exponent, isAnomalous: (exponent ?? 0) < -1.3)
    }
    return try Report(title: "cloth", decision: decision, images: images).html()
  }

  /// Where the vertical line of the limit stands.
  private static func limit(_ html: String) throws -> Double {
    let line = try #require(html.firstMatch(of: #/<line class="threshold" x1="([0-9.]+)"/#))
    return try #require(Double(line.1))
  }

  @Test func isOfFalseAlarmsWhereTheyDecide() throws {
    let html = try Self.html([0.5, -8, -0.2, -3, 0.1])
    #expect(html.contains("<h2>How rare each image is among good images</h2>"))
    #expect(html.contains(">\u{2212}log10 of the false alarms in a good image</text>"))
    #expect(html.contains(">limit: 1 in 20 good images</text>"))
    #expect(html.contains(">3 good</text>") && html.contains(">2 defective</text>"))
    #expect(!html.contains("<h2>Scores</h2>"))
    // Good images lie left of the limit, those with alarms right of it.
    let limit = try Self.limit(html)
    let good = try Self.bars(html, "good")
    let defective = try Self.bars(html, "defective")
    #expect(!good.isEmpty && good.allSatisfy { $0.end < limit })
    #expect(defective.count == 2 && defective.allSatisfy { $0.start > limit })
    // In words beside each image, which stands along the same scale.
    #expect(html.contains("<span class=\"rarity\">1 in 10⁸ good images</span>"))
    #expect(html.contains("data-value=\"8.0\"") && html.contains("data-value=\"-0.5\""))
  }

  @Test func isOfScoresWhereAThresholdDecides() throws {
    let html = try Self.html([nil, nil, nil, nil], .threshold(1.5))
    #expect(html.contains("<h2>Scores</h2>"))
    #expect(html.contains(">threshold 1.500</text>"))
    #expect(!html.contains("class=\"rarity\""))
    let limit = try Self.limit(html)
    // 0 and 2 are good, 1 and 3 defective.
    #expect(try Self.bars(html, "good").map { $0.start > limit } == [false, true])
    #expect(try Self.bars(html, "defective").map { $0.start > limit } == [false, true])
  }

  @Test func drawsOneValue() throws {
    for exponent in [-2, 0, 4, -3000] as [Double] {
      let html = try Self.html([exponent])
      #expect(html.ranges(of: "<rect ").count == 1)
      #expect(html.contains(">1 good</text>") && !html.contains(" defective</text>"))
      #expect(!html.contains("Each side has its own height."))
      #expect(try (34...474).contains(Self.limit(html)))
    }
    #expect(try Self.html([7], nil).ranges(of: "<rect ").count == 1)
  }

  @Test(
    arguments: [
      [], [nil], [.nan], [.infinity, -.infinity], [nil, .nan, -.infinity],
    ] as [[Double?]])
  func drawsNothingWhereNothingIsKnown(exponents: [Double?]) throws {
    let html = try Self.html(exponents)
    #expect(!html.contains("<svg "))
    #expect(html.ranges(of: "<li class=\"card").count == exponents.count)
    #expect(!html.contains("=\"inf") && !html.contains("=\"-inf") && !html.contains("=\"nan"))
  }

  /// What has no place along the axis is not drawn, but shown.
  @Test func leavesOutWhatIsNotFinite() throws {
    let html = try Self.html([0.5, -.infinity, .nan, -3, .infinity])
    #expect(html.contains(">1 good</text>") && html.contains(">1 defective</text>"))
    #expect(html.contains("<span class=\"rarity\">never</span>"))
    #expect(html.contains("<span class=\"rarity\">always</span>"))
    // The rarest comes first of those found, and scripts can read its place.
    #expect(html.contains("data-value=\"1.7976931348623157e+308\""))
    let places = try ["1.png", "3.png"].map {
      try #require(html.firstRange(of: "title=\"\($0)\"")).lowerBound
    }
    #expect(places[0] < places[1])
  }

  private static func bars(_ html: String, _ style: String) throws -> [(start: Double, end: Double)]
  {
    let pattern = try Regex(
      "<rect class=\"bar \(style)\" x=\"([0-9.]+)\" y=\"[0-9.]+\" width=\"([0-9.]+)\"",
      as: (Substring, Substring, Substring).self)
    return html.matches(of: pattern).compactMap { match in
      guard let x = Double(match.output.1), let width = Double(match.output.2) else { return nil }
      return (x, x + width)
    }
  }
}

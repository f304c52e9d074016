import AContrario
import Fixtures
import Foundation
import Testing
import Torch

/// Oracle: numpy's interpolation over all peaks, scipy's generalized Pareto law, and the fit of its
/// shape spelled out in Python.
@Suite struct FalseAlarmLawTests {
  static let samples = [
    "heavy", "light", "bounded", "ties", "tied_strongest", "all_tied", "one_image", "two_peaks",
    "one_peak", "few_peaks", "thousands", "plateau",
  ]
  /// Of the false alarms of neighbors among the knots, and so of the law with all peaks.
  static let thinning = log10(33.0 / 32) + 1e-12
  let fixture: [String: Tensor]

  init() throws {
    fixture = try Fixture.load("false-alarm-law", beside: #filePath)
  }

  private func values(_ key: String) throws -> [Double] {
    try #require(fixture[key], "no \(key) in the fixture").array(of: Double.self)
  }

  private func peaks(_ name: String) throws -> [[Double]] {
    let counts = try #require(fixture["\(name).counts"]).array(of: Int64.self)
    var rest = try values("\(name).peaks")[...]
    return counts.map { count in
      defer { rest = rest.dropFirst(Int(count)) }
      return Array(rest.prefix(Int(count)))
    }
  }

  @Test(arguments: samples)
  func countsFalseAlarms(name: String) throws {
    let law = FalseAlarmLaw(peaks: try peaks(name))
    let distinct = Set(try values("\(name).peaks"))
    let strongest = try #require(distinct.max())
    for (x, expected) in zip(try values("\(name).x"), try values("\(name).values")) {
      let tolerance =
        x < strongest && law.knots.count < distinct.count
        ? Self.thinning : 1e-10 * max(1, abs(expected))
      #expect(abs(law.log10FalseAlarms(x) - expected) <= tolerance, "\(x)")
    }
  }

  @Test(arguments: samples)
  func goesOnBeyondTheStrongestPeak(name: String) throws {
    let law = FalseAlarmLaw(peaks: try peaks(name))
    let expected = try values("\(name).tail")
    try #require((law.tail == nil) == expected.isEmpty)
    guard let tail = law.tail else { return }
    #expect(abs(tail.shape - expected[0]) <= 1e-10)
    #expect(abs(tail.scale - expected[1]) <= 1e-10 * expected[1])
  }

  /// Counted one by one.
  @Test(arguments: samples)
  func keepsFewKnots(name: String) throws {
    let images = try peaks(name)
    let all = images.joined()
    let law = FalseAlarmLaw(peaks: images)
    #expect(law.imageCount == images.count)
    for knot in law.knots {
      let counts = images.map { peaks in peaks.count { $0 >= knot.evidence } }
      let count = counts.reduce(0, +) + (counts.max() ?? 0) - 1
      let expected = log10(Double(count) / Double(images.count + 1))
      #expect(abs(knot.log10FalseAlarms - expected) <= 1e-14)
    }
    let distinct = Set(all)
    #expect(law.knots.first?.evidence == distinct.max())
    #expect(law.knots.last?.evidence == distinct.min())
    // One for each of the first 64 false alarms, then 32 for each doubling.
    let most = Double(all.count + (images.map(\.count).max() ?? 0))
    #expect(Double(law.knots.count) <= 64 + 32 * max(log2(most / 64).rounded(.up), 0))
  }

  @Test(arguments: samples)
  func fallsAndIsFinite(name: String) throws {
    let law = FalseAlarmLaw(peaks: try peaks(name))
    var last = Double.infinity
    for x in [-1, 0] + (try values("\(name).x")) + [1e300, .greatestFiniteMagnitude, .infinity] {
      let value = law.log10FalseAlarms(x)
      #expect(value <= last + 1e-14 && value.isFinite, "\(x)")
      last = value
    }
    #expect(law.log10FalseAlarms(.nan).isNaN)
  }

  @Test func imagesWithoutPeaks() {
    let law = FalseAlarmLaw(peaks: [[Double]](repeating: [], count: 9))
    #expect(law.knots.isEmpty && law.tail == nil)
    for x in [0, 1, 1e9] { #expect(abs(law.log10FalseAlarms(x) + 1) < 1e-15) }
  }

  @Test(arguments: samples)
  func survivesJSON(name: String) throws {
    let law = FalseAlarmLaw(peaks: try peaks(name))
    let stored = try JSONEncoder().encode(law)
    #expect(try JSONDecoder().decode(FalseAlarmLaw.self, from: stored) == law)
  }

  private static let knots =
    #"[{"evidence":2,"log10FalseAlarms":-0.6},{"evidence":1,"log10FalseAlarms":-0.3}]"#

  @Test func readsJSON() throws {
    let text = #"{"imageCount":3,"knots":\#(Self.knots),"tail":{"scale":1,"shape":0}}"#
    let law = try JSONDecoder().decode(FalseAlarmLaw.self, from: Data(text.utf8))
    #expect(abs(law.log10FalseAlarms(1.5) + 0.45) < 1e-15)
    let empty = #"{"imageCount":9,"knots":[]}"#
    #expect(
      try JSONDecoder().decode(FalseAlarmLaw.self, from: Data(empty.utf8))
        == FalseAlarmLaw(peaks: [[Double]](repeating: [], count: 9)))
  }

  @Test(
    arguments: [
      #"{"imageCount":0,"knots":[]}"#,
      #"{"imageCount":0,"knots":\#(knots)}"#,
      #"{"imageCount":-3,"knots":\#(knots)}"#,
      // Rising evidence, equal evidence, false alarms that rise with it, none at all.
      """
      {"imageCount":3,"knots":[{"evidence":1,"log10FalseAlarms":-0.6},
      {"evidence":2,"log10FalseAlarms":-0.3}]}
      """,
      """
      {"imageCount":3,"knots":[{"evidence":1,"log10FalseAlarms":-0.6},
      {"evidence":1,"log10FalseAlarms":-0.3}]}
      """,
      """
      {"imageCount":3,"knots":[{"evidence":2,"log10FalseAlarms":-0.3},
      {"evidence":1,"log10FalseAlarms":-0.6}]}
      """,
      #"{"imageCount":3,"knots":[{"evidence":0,"log10FalseAlarms":-0.3}]}"#,
      #"{"imageCount":3,"knots":[{"evidence":"inf","log10FalseAlarms":-0.3}]}"#,
      #"{"imageCount":3,"knots":[{"evidence":"nan","log10FalseAlarms":-0.3}]}"#,
      #"{"imageCount":3,"knots":[{"evidence":1,"log10FalseAlarms":"-inf"}]}"#,
      #"{"imageCount":3,"knots":[{"evidence":1,"log10FalseAlarms":"nan"}]}"#,
      #"{"imageCount":3,"knots":\#(knots),"tail":{"scale":1,"shape":-0.1}}"#,
      #"{"imageCount":3,"knots":\#(knots),"tail":{"scale":0,"shape":0.1}}"#,
      #"{"imageCount":3,"knots":\#(knots),"tail":{"scale":"inf","shape":0.1}}"#,
      #"{"imageCount":3,"knots":\#(knots),"tail":{"scale":1,"shape":"nan"}}"#,
      #"{"imageCount":3,"knots":[],"tail":{"scale":1,"shape":0.1}}"#,
    ])
  func refusesNumbersThatMakeNoLaw(text: String) throws {
    let decoder = JSONDecoder()
    // Other formats than JSON hold numbers that are not finite.
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let error = try #require(
      #expect(throws: DecodingError.self) {
        try decoder.decode(FalseAlarmLaw.self, from: Data(text.utf8))
      })
    guard case .dataCorrupted(let context) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(context.debugDescription.hasSuffix("learn the law anew"))
    #expect(["knots", "tail", "scale"].contains(context.codingPath.last?.stringValue))
  }

  @Test(
    arguments: [
      "{}", #"{"imageCount":3}"#, #"{"imageCount":"3","knots":[]}"#,
      #"{"imageCount":3,"knots":[{"evidence":1e999,"log10FalseAlarms":0}]}"#,
      #"{"imageCount":3,"knots":[{"evidence":1}]}"#,
    ])
  func refusesDamagedJSON(text: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(FalseAlarmLaw.self, from: Data(text.utf8))
    }
  }
}

import AContrario
import Fixtures
import Foundation
import Testing
import Torch

@Suite struct TailMeasureTests {
  /// Oracle: the formula with 40 digits by mpmath, for the law that Python learns of the same sample.
  @Test func countsTheRegionsThatAMapCouldHold() throws {
    let tensors = try Fixture.load("false-alarm-law", beside: #filePath)
    let sample: [Float] = try #require(tensors["region.sample"]).array(of: Float.self)
    let cases: [Double] = try #require(tensors["region.cases"]).array(of: Double.self)
    let values: [Double] = try #require(tensors["region.values"]).array(of: Double.self)
    let law = try EmpiricalLaw(sample: sample)
    for (index, expected) in values.enumerated() {
      let (pixels, area) = (Int(cases[3 * index]), Int(cases[3 * index + 1]))
      let level = cases[3 * index + 2]
      let found = TailMeasure(law: law, pixelCount: pixels).log10PFA(area: area, level: level)
      #expect(
        abs(found - expected) <= 1e-10 * max(1, abs(expected)), "\(pixels), \(area), \(level)")
    }
  }

  /// P(X >= x) = 10^-x, with nothing learnt.
  private struct Decades: TailLaw {
    func log10Survival(_ x: Double) -> Double { min(0, -x) }
  }

  @Test func fallsWithTheLevel() {
    let measure = TailMeasure(law: Decades(), pixelCount: 4096)
    for area in [1, 2, 10, 1000, 4096] {
      let values = stride(from: -1, through: 30, by: 0.01).map { level in
        measure.log10PFA(area: area, level: level)
      }
      #expect(values == values.sorted(by: >))
      #expect(values[0] == 0)
    }
  }

  /// Where fewer than one pixel in 4.06257 reaches the level.
  @Test(arguments: [0.6088, 0.7, 1, 3, 300])
  func fallsWithTheArea(level: Double) {
    let measure = TailMeasure(law: Decades(), pixelCount: 4096)
    let values = (1...4096).map { measure.log10PFA(area: $0, level: level) }
    #expect(values == values.sorted(by: >))
    #expect(values[4095] < 0)
  }

  /// One square alone: n alpha beta S, and alpha beta is 1.2875.
  @Test func aMapOfOnePixel() {
    let measure = TailMeasure(law: Decades(), pixelCount: 1)
    #expect(abs(measure.log10PFA(area: 1, level: 3) - (log10(0.316915 * 4.062570) - 3)) < 1e-14)
  }
}

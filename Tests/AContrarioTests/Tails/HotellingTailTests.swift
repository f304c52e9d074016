import AContrario
import Fixtures
import Foundation
import Testing
import Torch

@Suite struct HotellingTailTests {
  /// Oracle: scipy's F law, and mpmath where scipy's underflows (`Scripts/fixtures/hotelling.py`).
  @Test func isScipys() throws {
    let tensors = try Fixture.load("hotelling", beside: #filePath)
    let cases: [Double] = try #require(tensors["cases"]).array(of: Double.self)
    let values: [Double] = try #require(tensors["values"]).array(of: Double.self)
    for (index, expected) in values.enumerated() {
      let (dimensions, samples) = (Int(cases[3 * index]), Int(cases[3 * index + 1]))
      let tail = try #require(HotellingTail(dimensions: dimensions, samples: samples))
      let found = tail.log10Survival(cases[3 * index + 2])
      // The digits of a number near 1 go with the count of samples.
      let tolerance = 1e-12 + 1e-16 * Double(samples)
      #expect(
        abs(found - expected) <= tolerance * max(abs(expected), 1e-3),
        "\(dimensions) of \(samples) at \(cases[3 * index + 2]): \(found), not \(expected)")
    }
    #expect(try #require(values.min()) < -1e10)
  }

  @Test(arguments: [(1, 2), (12, 13), (84, 188), (100, 101), (100, 1_000_000), (2000, 2001)])
  func fallsAndStaysFinite(dimensions: Int, samples: Int) throws {
    let tail = try #require(HotellingTail(dimensions: dimensions, samples: samples))
    for level in [-Double.infinity, -1, -0.0, 0, .nan] { #expect(tail.log10Survival(level) == 0) }
    #expect(tail.log10Survival(.leastNonzeroMagnitude) > -1e-160)
    let levels = (-60...300).map { pow(10, Double($0) / 8) } + [1e300, .greatestFiniteMagnitude]
    let values = levels.map(tail.log10Survival)
    for (value, next) in zip(values, values.dropFirst()) { #expect(next <= value + 1e-14) }
    #expect(values.allSatisfy { $0 <= 0 && $0 > -.infinity })
    #expect(tail.log10Survival(.infinity) == -.infinity)
  }

  @Test func aRegionIsThePowerOfAPixel() throws {
    let tail = try #require(HotellingTail(dimensions: 12, samples: 24))
    #expect(tail.log10PFA(area: 7, level: 90) == 7 * tail.log10Survival(90))
    #expect(tail.log10PFA(area: 7, level: 0) == 0)
  }

  /// No inverse of the covariance, no law.
  @Test(arguments: [(100, 100), (100, 24), (1, 1), (1, 0), (0, 5), (-1, 5), (5, .min)])
  func takesMoreSamplesThanDimensions(dimensions: Int, samples: Int) {
    #expect(HotellingTail(dimensions: dimensions, samples: samples) == nil)
  }

  /// Chi-square bounds the tail of laws that are known, but not that of laws that were estimated.
  @Test func isAboveChernoffsBoundUnlessSamplesAreMany() throws {
    let bound = ChernoffBound(degrees: 100).log10PFA(area: 1, level: 300)
    func tail(_ samples: Int) throws -> Double {
      try #require(HotellingTail(dimensions: 100, samples: samples)).log10Survival(300)
    }
    #expect(try tail(120) > bound + 15)
    #expect(try tail(188) > bound + 10)
    #expect(try tail(1_000_000) < bound)
  }
}

import AContrario
import Foundation
import Inspection
import Testing

@Suite struct CalibrationTests {
  private static func row(_ values: [Float]) -> RawPrediction {
    RawPrediction(width: values.count, height: 1, values: values)
  }

  /// Counted by hand: n images may raise n alarms between them, so the threshold is the (n + 1)-th largest value.
  @Test func fairThresholdLeavesOneAlarmAnImage() throws {
    let calibration = try Calibration([Self.row([1, 9, 3, 4]), Self.row([8, 2, 7, 0])])
    #expect(calibration.fairThreshold == 7)
    #expect(calibration.imageCount == 2)
  }

  @Test func withoutImages() throws {
    let error = #expect(throws: InspectionError.self) { try Calibration([]) }
    #expect(error?.description == "calibration: no images; hold out at least 4")
  }

  @Test func ofOneDetectorAlone() throws {
    let scale = RawPrediction.Scale(width: 1, height: 1, values: [1], null: .empirical)
    let map = AnomalyMap(width: 1, height: 1, values: [1])
    let error = #expect(throws: InspectionError.self) {
      try Calibration([
        RawPrediction(map: map, score: 1, scales: [scale, scale]),
        RawPrediction(map: map, score: 1, scales: [scale]),
      ])
    }
    #expect(error?.subject == "calibration")
  }

  @Test func survivesJSON() throws {
    let calibration = try Calibration(
      (0..<6).map { seed in noise(seed: seed, null: .empirical) })
    let stored = try JSON.encode(calibration)
    #expect(try JSONDecoder().decode(Calibration.self, from: stored) == calibration)
  }

  /// Good images that nobody has seen raise as many false alarms as promised: of 40 calibrations on 30 images, each held
  /// against 50 others, the mean lies within what chance allows. Pixels are not independent here, nor is their law chi-square.
  @Test(arguments: [Evidence.NullDistribution.empirical, .chiSquare(degreesOfFreedom: 4)])
  func keepsItsPromise(_ law: Evidence.NullDistribution) throws {
    let promises = [1, 0.1]
    var found = [0, 0]
    let (rounds, others) = (20, 50)
    for round in 0..<rounds {
      let seeds = (round * 100)..<(round * 100 + 80)
      let images = seeds.map { noise(seed: $0, null: law) }
      let calibration = try Calibration(Array(images.prefix(30)))
      for image in images.suffix(others) {
        let map = try calibration.falseAlarms(image, null: .calibrated)
        for (index, promise) in promises.enumerated() {
          found[index] += map.regions(log10Epsilon: log10(promise)).count
        }
      }
    }
    for (count, promise) in zip(found, promises) {
      let perImage = Double(count) / Double(rounds * others)
      #expect(perImage < 1.35 * promise && perImage > 0.5 * promise, "\(promise): \(perImage)")
    }
  }

  @Test func whatNoGoodImageShowsIsFound() throws {
    for law in [Evidence.NullDistribution.empirical, .chiSquare(degreesOfFreedom: 4)] {
      let calibration = try Calibration((0..<30).map { noise(seed: $0, null: law) })
      let flawed = noise(seed: 77, null: law, flaw: 60)
      let regions = try calibration.falseAlarms(flawed, null: .calibrated)
        .regions(log10Epsilon: log10(0.05))
      try #require(regions.count == 1)
      #expect(regions[0].columns.contains(10) && regions[0].rows.contains(9))
      #expect(regions[0].log10FalseAlarms < -2)
    }
  }

  @Test func theoryIsKnownOfSomeLawsAlone() throws {
    let image = noise(seed: 1, null: .empirical)
    let calibration = try Calibration([image])
    let error = #expect(throws: InspectionError.self) {
      try calibration.falseAlarms(image, null: .theoretical)
    }
    #expect(error?.isUsage == true)
    let chiSquare = noise(seed: 1, null: .chiSquare(degreesOfFreedom: 4))
    let map = try Calibration([chiSquare]).falseAlarms(chiSquare, null: .theoretical)
    // Without any evidence, the number of tests: 16 x 16 sites.
    let tests = NumberOfTests.log10Regions(pixelCounts: [256])
    #expect(map.log10FalseAlarms.values.max() == tests)

    // Of distances by estimated laws it is Hotelling's, which calls the same flaw less unlikely.
    func least(_ null: Evidence.NullDistribution) throws -> Double {
      let flawed = noise(seed: 1, null: null, flaw: 60)
      let map = try Calibration([flawed]).falseAlarms(flawed, null: .theoretical)
      return try #require(map.log10FalseAlarms.values.min())
    }
    let known = try least(.chiSquare(degreesOfFreedom: 4))
    #expect(try least(.hotelling(dimensions: 4, samples: 12)) > known + 20)
    #expect(try abs(least(.hotelling(dimensions: 4, samples: 1_000_000)) - known) < 20)
  }

  /// Four samples in four dimensions: no law, in words that say why and what to do.
  @Test func theoryIsWithdrawnWithoutEnoughSamples() throws {
    let image = noise(seed: 1, null: .hotelling(dimensions: 4, samples: 4))
    let error = #expect(throws: InspectionError.self) {
      try Calibration([image]).falseAlarms(image, null: .theoretical)
    }
    #expect(error?.isUsage == true)
    #expect(
      error?.description
        == "the theoretical null distribution: distances in 4 dimensions have one only if means and"
        + " covariances come from more than 4 images, and these come from 4;"
        + " use --null calibrated, or train on more than 4 images")
  }

  /// What is learnt from good images is the same, bit for bit, whatever theory says of the distances.
  @Test(arguments: [2, 4, 5, 12, 1_000_000])
  func theCalibratedLawKnowsNothingOfSamples(samples: Int) throws {
    func map(_ null: Evidence.NullDistribution) throws -> [Double] {
      let calibration = try Calibration((0..<12).map { noise(seed: $0, null: null) })
      let flawed = noise(seed: 77, null: null, flaw: 9)
      return try calibration.falseAlarms(flawed, null: .calibrated).log10FalseAlarms.values
    }
    #expect(
      try map(.hotelling(dimensions: 4, samples: samples)) == map(.chiSquare(degreesOfFreedom: 4)))
  }

  /// Evidence that the calibration was not made of: another number of scales, or other laws.
  @Test(
    arguments: [
      ([.empirical], [.empirical, .empirical], "1 scales"),
      ([.empirical, .empirical], [.empirical], "2 scales"),
      ([.chiSquare(degreesOfFreedom: 4)], [.empirical], "no law of a pixel"),
      ([.empirical], [.chiSquare(degreesOfFreedom: 4)], "a learnt law of a pixel"),
      ([.hotelling(dimensions: 4, samples: 9)], [.empirical], "no law of a pixel"),
      ([.empirical], [.hotelling(dimensions: 4, samples: 9)], "a learnt law of a pixel"),
    ] as [([Evidence.NullDistribution], [Evidence.NullDistribution], String)])
  func evidenceOfAnotherDetector(
    _ calibrated: [Evidence.NullDistribution], _ seen: [Evidence.NullDistribution], _ found: String
  ) throws {
    func raw(_ laws: [Evidence.NullDistribution]) -> RawPrediction {
      let scales = laws.map { noise(seed: 1, null: $0) }
      return RawPrediction(
        map: scales[0].map, score: scales[0].score, scales: scales.flatMap(\.scales))
    }
    let calibration = try Calibration([raw(calibrated)])
    let error = try #require(
      #expect(throws: InspectionError.self) {
        try calibration.falseAlarms(raw(seen), null: .calibrated)
      })
    #expect(error.subject == "the model's calibration")
    #expect(error.found.hasPrefix("made for another detector: \(found)"))
    #expect(error.remedy == "train the model anew")
    #expect(!error.isUsage)
  }
}

/// Sums of squares of four smoothed normal fields over 16 x 16 sites, seen at 32 x 32 pixels; neighbors depend on each
/// other. The flaw is 3 x 3 sites.
private func noise(seed: Int, null law: Evidence.NullDistribution, flaw: Float = 0) -> RawPrediction
{
  var random = SeededRandom(seed: UInt64(seed))
  let side = 16
  var values = [Float](repeating: 0, count: side * side)
  for _ in 0..<4 {
    let field = (0..<(side + 1) * (side + 1)).map { _ in
      let (u, v) = (
        Double.random(in: 1e-12..<1, using: &random), Double.random(in: 0..<1, using: &random)
      )
      return Float((-2 * log(u)).squareRoot() * cos(2 * .pi * v))
    }
    for y in 0..<side {
      for x in 0..<side {
        let corner = y * (side + 1) + x
        let value = (field[corner] + field[corner + 1] + field[corner + side + 1]) / 1.5
        values[y * side + x] += value * value
      }
    }
  }
  if flaw > 0 { for y in 4..<7 { for x in 4..<7 { values[y * side + x] += flaw } } }
  let map = (0..<32 * 32).map { values[$0 / 64 * side + $0 % 32 / 2] }
  return RawPrediction(
    map: AnomalyMap(width: 32, height: 32, values: map), score: map.max()!,
    scales: [.init(width: side, height: side, values: values, null: law)])
}

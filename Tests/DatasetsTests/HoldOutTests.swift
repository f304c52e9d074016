import Datasets
import Inspection
import Testing

@Suite struct HoldOutTests {
  private static func samples(_ count: Int) -> [Sample] {
    (0..<count).map { Sample(path: "/\($0)", name: "\($0)", label: .good) }
  }

  @Test(arguments: [
    (count: 8, fraction: 0.1, held: 4), (20, 0.1, 4), (100, 0.1, 10), (104, 0.1, 10),
    (100, 0.25, 25), (100, 0, 4), (9, 0.5, 5),
  ])
  func parts(_ count: Int, _ fraction: Double, _ held: Int) throws {
    let samples = Self.samples(count)
    let split = try HoldOut(samples, fraction: fraction, seed: 3, name: "cloth")
    #expect(split.calibration.count == held)
    #expect(split.fitting.count == count - held)
    #expect(Set(split.fitting + split.calibration) == Set(samples))
    // In the order of the samples, so that a fit sees them as they come.
    #expect(split.fitting.compactMap { Int($0.name) }.isSorted)
    #expect(split.calibration.compactMap { Int($0.name) }.isSorted)
  }

  /// Twelve images four times each, and a few that are there twice.
  @Test(arguments: [(12, 4), (30, 2), (9, 1)])
  func copiesStayOnOneSide(_ different: Int, _ times: Int) throws {
    let samples = Self.samples(different * times)
    let digests = samples.indices.map { "\($0 % different)" }
    let split = try HoldOut(samples, fraction: 0.2, seed: 1, name: "cloth", digests: digests)
    func contents(_ samples: [Sample]) -> [String] {
      samples.compactMap { Int($0.name) }.map { digests[$0] }
    }
    let (fitting, held) = (contents(split.fitting), contents(split.calibration))
    #expect(Set(fitting).isDisjoint(with: held))
    #expect(held.count == max(Int((Double(different) * 0.2).rounded()), 4))
    // The decision counts an image once, however often it is there; the detector sees what it is given.
    #expect(Set(held).count == held.count)
    #expect(fitting.count == (different - held.count) * times)
  }

  @Test func digestsThatDifferChangeNothing() throws {
    let samples = Self.samples(40)
    let plain = try HoldOut(samples, seed: 5, name: "cloth")
    let told = try HoldOut(samples, seed: 5, name: "cloth", digests: samples.map(\.name))
    #expect(plain.fitting == told.fitting && plain.calibration == told.calibration)
  }

  /// Takes of several lengths, some with a copy in them.
  @Test(arguments: [(6, 15), (40, 2), (4, 2), (9, 3), (25, 1)])
  func groupsStayOnOneSide(_ takes: Int, _ length: Int) throws {
    let samples = Self.samples(takes * length + 2)
    let groups = samples.indices.map { min($0 / length, takes - 1) }
    // The last three are one file.
    let digests = samples.indices.map { "\(min($0, takes * length - 1))" }
    for seed in 0..<5 as Range<UInt64> {
      let split = try HoldOut(
        samples, fraction: 0.2, seed: seed, name: "frames", groups: groups, digests: digests)
      func own(_ samples: [Sample]) -> [Int] { samples.compactMap { Int($0.name) } }
      let (fitting, held) = (own(split.fitting), own(split.calibration))
      let heldGroups = Set(held.map { groups[$0] })
      #expect(heldGroups.isDisjoint(with: fitting.map { groups[$0] }))
      #expect(heldGroups.count >= min(4, takes / 2))
      #expect(Double(heldGroups.count) >= (Double(takes) * 0.2).rounded())
      #expect(held.count >= 4)
      // A copy counts once, its kin each.
      #expect(Set(held.map { digests[$0] }).count == held.count)
      let different = samples.indices.filter { heldGroups.contains(groups[$0]) }.map { digests[$0] }
      #expect(held.count == Set(different).count)
      let all = samples.indices.filter { !heldGroups.contains(groups[$0]) }
      #expect(fitting == all)
    }
  }

  @Test func groupsOfOneEachChangeNothing() throws {
    let samples = Self.samples(40)
    let plain = try HoldOut(samples, seed: 5, name: "cloth")
    let told = try HoldOut(samples, seed: 5, name: "cloth", groups: Array(0..<40))
    #expect(plain.fitting == told.fitting && plain.calibration == told.calibration)
  }

  /// A group that is nearly all cannot be held out.
  @Test(arguments: 0..<10 as Range<UInt64>)
  func aLargeGroupIsLearntFrom(_ seed: UInt64) throws {
    let split = try HoldOut(
      Self.samples(30), seed: seed, name: "frames", groups: (0..<30).map { max($0 - 24, 0) })
    #expect(split.calibration.count >= 4 && split.calibration.count <= 5)
  }

  @Test func oneGroupIsTooFew() {
    let error = #expect(throws: InspectionError.self) {
      try HoldOut(
        Self.samples(24), seed: 0, name: "cloth", groups: [Int](repeating: 0, count: 24))
    }
    #expect(error?.found == "24 good images in 1 group of such as belong together")
    #expect(error?.remedy.contains("add images of other groups") == true)
  }

  @Test func copiesAreTooFewImages() {
    let error = #expect(throws: InspectionError.self) {
      try HoldOut(
        Self.samples(24), seed: 0, name: "cloth", digests: [String](repeating: "a", count: 24))
    }
    #expect(error?.found == "24 good images, 1 of them distinct")
  }

  @Test func isTheSeeds() throws {
    let samples = Self.samples(50)
    let held = try [1, 1, 2].map {
      try HoldOut(samples, seed: $0, name: "cloth").calibration.map(\.name)
    }
    #expect(held[0] == held[1])
    #expect(held[0] != held[2])
  }

  @Test(arguments: [
    (count: 0, fraction: 0.1, needed: 8), (7, 0.1, 8), (8, 0.6, 9), (10, 0.99, 14),
  ])
  func tooFewImages(_ count: Int, _ fraction: Double, _ needed: Int) throws {
    let error = #expect(throws: InspectionError.self) {
      try HoldOut(Self.samples(count), fraction: fraction, seed: 0, name: "cloth")
    }
    #expect(error?.subject == "cloth")
    #expect(error?.found == "\(count) good images")
    #expect(error?.remedy.hasPrefix("at least \(needed) are needed") == true)
  }

  @Test(arguments: [-0.1, 1, 1e300, .nan, .infinity])
  func sharesThatAreNone(_ fraction: Double) {
    let error = #expect(throws: InspectionError.self) {
      try HoldOut(Self.samples(50), fraction: fraction, seed: 0, name: "cloth")
    }
    #expect(error?.found == "a share of \(fraction)")
    #expect(error?.isUsage == true)
  }
}

extension [Int] {
  fileprivate var isSorted: Bool { self == sorted() }
}

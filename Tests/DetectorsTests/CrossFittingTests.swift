import Detectors
import Fixtures
import Inspection
import Testing
import Torch

/// What detectors say of the images that they learn from, had they not.
@Suite struct CrossFittingTests {
  private static func crossFit(_ name: String, _ images: WovenCloth, _ folds: Folds) throws -> (
    fitted: any FittedDetector, judged: [Int: ScoredBatch]
  ) {
    let detector = try #require(try SmallModels.detector(name) as? any CrossFittingDetector)
    func fit<D: CrossFittingDetector>(_ detector: D) throws -> (
      any FittedDetector, [Int: ScoredBatch]
    ) {
      var judged: [Int: ScoredBatch] = [:]
      let fitted = try detector.fit(on: images, folds: folds, context(detector)) {
        #expect(judged[$0] == nil, "image \($0) is judged twice")
        judged[$0] = $1
      }
      return (fitted, judged)
    }
    return try fit(detector)
  }

  private static func context(_ detector: any Detector) throws -> FitContext {
    FitContext(
      backbone: try SmallModels.backbone(detector), seed: 2,
      publishedWeights: RandomWeights.of)
  }

  /// Where sums can be taken away, it is what a fit of the others says; of near-equal images, without all of them.
  @Test(arguments: ["padim", "gaussian"]) func asFittedWithout(_ name: String) throws {
    let groups = [0, 1, 2, 2, 4, 5, 6, 7]
    let folds = Folds(groups: groups, count: 8, seed: 0)
    let (fitted, judged) = try Self.crossFit(name, WovenCloth(0..<8), folds)
    #expect(judged.keys.sorted() == Array(0..<8))
    let detector = try SmallModels.detector(name)
    let whole = try detector.fit(on: WovenCloth(0..<8), Self.context(detector))
    #expect(whole.tensors.keys == fitted.tensors.keys)
    for (key, tensor) in whole.tensors {
      #expect((tensor - (fitted.tensors[key] ?? tensor)).abs().max().item() == 0, "\(key)")
    }
    for image in [0, 3] {
      let others = groups.indices.filter { groups[$0] != groups[image] }
      let without = try detector.fit(on: WovenCloth(others), Self.context(detector))
      try WovenCloth([image]).forEachBatch(of: 1) { _, batch in
        let expected = without.score(batch)
        let found = try #require(judged[image])
        for (a, b) in zip(found.evidence.scales, expected.evidence.scales) {
          #expect(a.name == b.name)
          let error = ((a.statistic - b.statistic).abs() / b.statistic).max().item()
          #expect(error < 1e-3, "\(name), image \(image): \(error)")
        }
        #expect(abs(found.scores.item() / expected.scores.item() - 1) < 1e-3)
        #expect(found.maps.shape == expected.maps.shape)
      }
    }
  }

  /// Images that a fit has seen look more usual than they are, and by cross-fitting they do not.
  @Test(arguments: ["padim", "gaussian", "anomalyhop", "uflow"]) func unseenLooksOdder(
    _ name: String
  ) throws {
    let images = try WovenCloth(0..<12)
    let detector = try #require(try SmallModels.detector(name) as? any CrossFittingDetector)
    let folds = Folds(
      groups: Array(0..<12), count: detector.affordableFolds(groups: 12), seed: 0)
    let (fitted, judged) = try Self.crossFit(name, images, folds)
    #expect(judged.keys.sorted() == Array(0..<12))
    func mean(_ batch: ScoredBatch) -> Double {
      batch.evidence.scales.reduce(0) { $0 + $1.statistic.to(.float64).mean().item() }
    }
    var (seen, unseen, fresh) = (0.0, 0.0, 0.0)
    try images.forEachBatch(of: 1) { range, batch in
      seen += mean(fitted.score(batch))
      unseen += mean(try #require(judged[range.lowerBound]))
    }
    try WovenCloth(40..<52).forEachBatch(of: 1) { fresh += mean(fitted.score($1)) }
    #expect(unseen > seen, "\(name): seen \(seen), unseen \(unseen), fresh \(fresh)")
    #expect(
      abs(unseen - fresh) < abs(seen - fresh),
      "\(name): seen \(seen), unseen \(unseen), fresh \(fresh)")
  }

  @Test func interruptedBetweenFolds() throws {
    struct Stop: Error {}
    let detector = try #require(try SmallModels.detector("uflow") as? any CrossFittingDetector)
    let context = FitContext(
      backbone: try SmallModels.backbone(detector),
      report: { if $0.stage == "folds" && $0.completed == 1 { throw Stop() } })
    func fit<D: CrossFittingDetector>(_ detector: D) throws {
      _ = try detector.fit(
        on: WovenCloth(0..<8), folds: Folds(groups: Array(0..<8), count: 2, seed: 0), context
      ) { _, _ in }
    }
    #expect(throws: Stop.self) { try fit(detector) }
  }
}

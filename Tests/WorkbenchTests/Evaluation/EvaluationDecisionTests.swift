import Datasets
import Fixtures
import Foundation
import Inspection
import Metrics
import Testing
import Workbench
import WorkbenchFixtures

/// What evaluations make of decisions, and of images that are too many to rank.
@Suite struct EvaluationDecisionTests {
  /// Counted anew in the predictions of models that decide so.
  @Test func falseAlarmsAreThoseOfTheDecision() throws {
    try withTemporaryFolder { folder in
      let dataset = try Cloth.dataset(in: "\(folder)/data", good: 6, torn: 4)
      let evaluation = try Evaluation(of: Cloth.model(), on: dataset, into: nil)
      #expect(evaluation.falseAlarms.map(\.expected) == [10, 1, 0.2, 0.1, 0.05, 0.01])
      for count in evaluation.falseAlarms {
        for (null, observed) in [
          (Decision.NullDistribution.calibrated, count.calibrated),
          (.theoretical, try #require(count.theoretical)),
        ] {
          var model = try Cloth.model()
          model.decision = .falseAlarms(perImage: count.expected, null: null)
          let predictions = try dataset.test.map { try model.predict($0.path) }
          let (good, torn) = (predictions.prefix(6), predictions.suffix(4))
          #expect(observed.regions == good.reduce(0) { $0 + $1.regions.count })
          #expect(observed.counts?.alarmRate.rate == Double(good.count { $0.isAnomalous }) / 6)
          #expect(observed.detectionRate == Double(torn.count { $0.isAnomalous }) / 4)
        }
      }
    }
  }

  /// The number that the user chose is among those that are judged.
  @Test func theChosenPromiseIsJudged() throws {
    try withTemporaryFolder { folder in
      let dataset = try Cloth.dataset(in: "\(folder)/data", good: 2, torn: 1)
      var model = try Cloth.model()
      model.decision = .falseAlarms(perImage: 0.025)
      let evaluation = try Evaluation(of: model, on: dataset, into: nil)
      let levels = evaluation.metrics.falseAlarms
      #expect(levels.map(\.expected) == [10, 1, 0.2, 0.1, 0.05, 0.025, 0.01])
      #expect(levels[5].alarmRate == evaluation.good.rate)
      #expect(levels[5].regions?.count == evaluation.good.alarms)
      #expect(levels.allSatisfy { ($0.imageVerdict == nil) == ($0.expected >= 1) })
    }
  }

  /// Counted anew in the lines that were written.
  @Test func scalesAreThoseOfTheStrongestRegions() throws {
    try withTemporaryFolder { folder in
      let dataset = try Cloth.dataset(in: "\(folder)/data", good: 3, torn: 5)
      var model = try Cloth.model()
      let results = "\(folder)/results"
      let evaluation = try Evaluation(of: model, on: dataset, into: ResultFolder(results))
      let loudest = try Cloth.predictions(in: results).map { line -> String? in
        guard case .array(let regions)? = line["regions"] else { return nil }
        let values = regions.compactMap { region -> (Double, String)? in
          guard case .string(let scale)? = region.members["scale"],
            case .number(let value)? = region.members["log10FalseAlarms"]
          else { return nil }
          return (value, scale)
        }
        return values.min { $0.0 < $1.0 }?.1
      }
      #expect(evaluation.scales.map(\.name) == ["stride 4", "stride 8"])
      for scale in evaluation.scales {
        #expect(scale.goodImages == loudest.prefix(3).count { $0 == scale.name })
        #expect(scale.defectiveImages == loudest.suffix(5).count { $0 == scale.name })
      }
      #expect(evaluation.scales.reduce(0) { $0 + $1.defectiveImages } == 5)

      (model.decision, model.scoreKind) = (.threshold(0), .own)
      let cut = try Evaluation(of: model, on: dataset, into: nil)
      #expect(cut.scales.isEmpty)
    }
  }

  @Test func boundedMemoryKeepsToItsErrors() throws {
    try withTemporaryFolder { folder in
      let dataset = try Cloth.dataset(in: "\(folder)/data", good: 5, torn: 5)
      let model = try Cloth.model()
      let exact = try Evaluation(of: model, on: dataset, into: nil).metrics
      let bounded = try Evaluation(of: model, on: dataset, into: nil, boundedMemory: true)
      let metrics = bounded.metrics
      #expect(
        bounded.pixels.errors.keys.sorted() == [
          "aupimo", "aupimoDeviation", "aupro", "aupro05", "pixelAP", "pixelAUROC", "pixelF1Max",
        ])
      for (key, error) in bounded.pixels.errors {
        let value = try #require(metrics[.named(key)])
        let truth = try #require(exact[.named(key)])
        // Both are sums of thousands of terms.
        #expect(abs(value - truth) <= error + 1e-12, "\(key)")
        #expect(error < 0.01, "\(key)")
      }
      #expect(metrics[.imageAUROC] == exact[.imageAUROC])
      #expect(metrics[.mIoU] == exact[.mIoU])
    }
  }

  /// Every threshold is tried.
  @Test func thresholdOfTheBestF1() throws {
    try withTemporaryFolder { folder in
      let dataset = try Cloth.dataset(in: "\(folder)/data", good: 6, torn: 5)
      let model = try Cloth.model()
      let decision = try F1MaxThreshold.decision(of: model, on: dataset)
      guard case .threshold(let threshold) = decision else {
        Issue.record("\(decision) is no threshold")
        return
      }
      let scores = try dataset.test.map { try model.predict($0.path).score }
      func f1(_ threshold: Float) -> Double {
        let found = scores.suffix(5).count { $0 > threshold }
        let wrong = scores.prefix(6).count { $0 > threshold }
        return 2 * Double(found) / Double(5 + found + wrong)
      }
      #expect(f1(threshold) == scores.map { f1($0.nextDown) }.max())

      let good = Dataset(name: "good", training: [], test: Array(dataset.test.prefix(6)))
      let error = #expect(throws: InspectionError.self) {
        try F1MaxThreshold.decision(of: model, on: good)
      }
      #expect(error?.remedy.contains("--false-alarms") == true)
    }
  }
}

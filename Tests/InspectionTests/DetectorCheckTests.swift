import Backbones
import DetectorConformance
import Inspection
import Testing
import Torch

/// The check finds what is broken: each of these detectors breaks laws on purpose.
@Suite struct DetectorCheckTests {
  /// An average that some fault was built into.
  struct Faulty: Detector {
    enum Fault: String, Codable, CaseIterable {
      case forgetsItsSeed, scoresTheBatch, losesATensor, takesEverySetting, swallowsTheStop
      case answersNothing, mapsOfAnotherSize
    }

    static let name = "faulty"
    var fault = Fault.forgetsItsSeed
    var gain = 1.0

    var backboneID: String? { nil }
    static let settings: [Setting] = [
      .choice("fault", Fault.self, "what is broken"), .number("gain", 0...10, "factor of the map"),
    ]

    func validate(height: Int, width: Int, backbone: (any Backbone)?) throws {
      guard fault != .takesEverySetting else { return }
      try checkSettings(height: height, width: width)
    }

    func fit(on images: any TrainingImages, _ context: FitContext) throws -> Fitted {
      var sum = Tensor.zeros([3, images.height, images.width])
      try images.forEachBatch(of: 4) { range, batch in
        sum = sum + batch.sum(0)
        let progress = WorkProgress(
          stage: "sum", completed: range.upperBound, total: images.count, unit: "images")
        if fault == .swallowsTheStop {
          try? context.report(progress)
        } else {
          try context.report(progress)
        }
      }
      if fault == .forgetsItsSeed {
        sum = sum * Double.random(in: 0.5..<1.5)
      }
      guard sum.isFinite().all() else {
        throw InspectionError("the training images", found: "not finite", remedy: "look")
      }
      return Fitted(fault: fault, gain: gain, average: sum / Double(images.count))
    }

    func restore(_ tensors: [String: Tensor], backbone: (any Backbone)?) throws -> Fitted {
      guard let average = tensors["average"], average.rank == 3, average.dtype == .float32,
        average.shape[0] == 3
      else {
        throw InspectionError("the tensors", found: "no average", remedy: "train anew")
      }
      return Fitted(
        fault: fault, gain: gain,
        average: fault == .losesATensor ? .zeros(average.shape) : average)
    }

    struct Fitted: FittedDetector {
      let fault: Fault
      let gain: Double
      let average: Tensor
      var tensors: [String: Tensor] { ["average": average] }

      func checkImageSize(height: Int, width: Int) throws {
        guard average.shape == [3, height, width] else {
          throw InspectionError("image size", found: "\(width) x \(height)", remedy: "another")
        }
      }

      func score(_ images: Tensor) -> ScoredBatch {
        let center = fault == .scoresTheBatch ? images.mean(0) : average
        var distance = (images - center).square().mean(1)
        if fault == .answersNothing { distance = .zeros(distance.shape) }
        let evidence = Evidence(scales: [
          .init(statistic: distance, null: .empirical, name: "average")
        ])
        return ScoredBatch(
          evidence: evidence,
          maps: fault == .mapsOfAnotherSize
            ? distance.slice(1, 0..<(distance.shape[1] + 1) / 2) : distance * gain)
      }
    }
  }

  @Test(
    arguments: [
      (.forgetsItsSeed, .deterministic), (.scoresTheBatch, .alone), (.losesATensor, .restored),
      (.takesEverySetting, .hostileSettings), (.swallowsTheStop, .interruption),
      (.answersNothing, .flaw), (.mapsOfAnotherSize, .shapes),
    ] as [(Faulty.Fault, DetectorCheck.Law)])
  func isFound(_ fault: Faulty.Fault, _ law: DetectorCheck.Law) throws {
    var detector = Faulty()
    detector.fault = fault
    let broken = DetectorCheck(detector).violations().map(\.law)
    #expect(broken.contains(law), "\(broken)")
    let error = #expect(throws: DetectorCheck.Violations.self) {
      try DetectorCheck(detector).check([law])
    }
    #expect(error?.description.hasPrefix("faulty breaks 1: \(law.rawValue): ") == true)
  }
}

import Backbones
import Detectors
import Fixtures
import Foundation
import Inspection
import Testing
import Workbench
import WorkbenchFixtures

/// Variants of a small detector on a small data set of cloth.
@Suite struct AblationStudyTests {
  private static var detector: PEDENet {
    var detector = PEDENet()
    detector.patchSizes = [32]
    detector.window = 64
    detector.width = 0.125
    detector.dimensions = 8
    detector.clusters = 3
    detector.epochs = 1
    detector.pairs = 8
    detector.stride = 16
    return detector
  }

  private static func study(
    in folder: String, _ names: [String]?, of detector: any Detector = detector
  ) throws -> AblationStudy {
    try AblationStudy(
      of: detector, variants: names, registry: .all, folder: "\(folder)/results"
    ) { detector in
      var plan = try BenchmarkPlan(
        detectors: [detector], data: [BenchmarkData("\(folder)/linen", home: folder)],
        seeds: [0, 1])
      (plan.width, plan.height) = (64, 64)
      return plan
    }
  }

  private static func withLinen(_ body: (String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      try Cloth.weave.writeDataset(
        to: "\(folder)/linen", training: 10, good: 2, torn: 2, flaw: Cloth.flaw)
      try body(folder)
    }
  }

  @Test func comparesVariantsAndGoesOn() throws {
    try Self.withLinen { folder in
      struct Stop: Error {}
      var started: [String] = []
      #expect(throws: Stop.self) {
        try Self.study(in: folder, ["without-density"]).run { event in
          guard case .benchmark(let variant, .started(let conditions, _, _)) = event else { return }
          started.append("\(variant.name) \(conditions.seed)")
          if started.count == 4 { throw Stop() }
        }
      }
      #expect(started == ["whole 0", "whole 1", "without-density 0", "without-density 1"])

      var (taken, again): ([String], [String]) = ([], [])
      let summary = try Self.study(in: folder, ["without-density"]).run { event in
        switch event {
        case .benchmark(let variant, .taken(let row)):
          taken.append("\(variant.name) \(row.conditions.seed)")
        case .benchmark(let variant, .started(let conditions, _, _)):
          again.append("\(variant.name) \(conditions.seed)")
        default: break
        }
      }
      #expect(taken == ["whole 0", "whole 1", "without-density 0"])
      #expect(again == ["without-density 1"])
      #expect(summary.rows.count == 4 && summary.rows.allSatisfy { $0.status == .done })
      #expect(summary.rows[2].conditions.settings.members["losses"] == ["location"])
    }
  }

  @Test func whatThereIsNotIsNamed() throws {
    let unknown = #expect(throws: InspectionError.self) {
      try Self.study(in: "/nowhere", ["without-wheels"])
    }
    #expect(unknown?.subject == "variant without-wheels" && unknown?.isUsage == true)
    let unable = #expect(throws: InspectionError.self) {
      try Self.study(in: "/nowhere", nil, of: PaDiM())
    }
    #expect(unable?.subject == "detector padim")
    #expect(unable?.remedy.contains("pedenet") == true)
  }

  /// Every variant of every detector can be made, and differs from the detector as it is.
  @Test func variantsDiffer() throws {
    for type in DetectorRegistry.all.types {
      guard let ablations = (type as? any AblatableDetector.Type)?.ablations else { continue }
      #expect(Set(ablations.map(\.name)).count == ablations.count)
      let whole = try DetectorRegistry.all.detector(type.name)
      let settings = try JSONValue(encoding: whole).members
      for ablation in ablations {
        let variant = try DetectorRegistry.all.detector(whole, settings: ablation.settings)
        #expect(try JSONValue(encoding: variant).members != settings, "\(ablation.name)")
        try variant.validate(height: 256, width: 256, backbone: nil)
      }
    }
  }
}

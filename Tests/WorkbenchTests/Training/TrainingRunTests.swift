import Backbones
import Datasets
import Detectors
import Fixtures
import Foundation
import Imaging
import Inspection
import Testing
import Torch
import Workbench
import WorkbenchFixtures

@Suite struct TrainingRunTests {
  private struct Stop: Error {}

  @Test func aModelSurvivesTheDisk() throws {
    try withTemporaryFolder { folder in
      var stages: [String] = []
      let model = try Cloth.train(in: folder) {
        if stages.last != $0.stage { stages.append($0.stage) }
      }
      #expect(
        stages == ["reading", "features", "training", "folds"])
      let provenance = model.provenance
      #expect(provenance.dataset == "cloth")
      #expect(provenance.fittingImages == 16)
      #expect(provenance.calibrationImages == 16)
      #expect(model.calibration.imageCount == 16)
      #expect(provenance.groups == 16)
      #expect(
        try provenance.datasetSHA256
          == Dataset.open("\(folder)/cloth", home: folder).trainingHash())
      #expect(provenance.seconds.keys.sorted() == ["calibration", "fitting", "reading"])
      #expect(provenance.metrics["loss"] != nil)
      #expect(provenance.history?["loss"]?.count == 4)
      #expect(provenance.history?["loss"]?.last == provenance.metrics["loss"])
      #expect(
        try model.backbone
          == BackboneReference(
            id: "efficientnet_lite0",
            sha256: SHA256.hex(ofFile: "\(folder)/weights/efficientnet_lite0.safetensors")))

      try ModelBundle.save(model, to: "\(folder)/m")
      let loaded = try ModelBundle.load(
        "\(folder)/m", registry: .all, backbones: BackboneStore(home: Home(path: folder)))
      #expect(loaded.provenance == provenance)
      for (number, flaw) in [(300, nil), (301, Cloth.flaw)] {
        let path = try Cloth.weave.write(
          number..<number + 1, to: "\(folder)/\(number)", flaw: flaw)[0]
        let (before, after) = (try model.predict(path), try loaded.predict(path))
        #expect(before.map == after.map)
        #expect(before.score == after.score)
        #expect(after.isAnomalous == (flaw != nil))
      }
    }
  }

  /// With k images held out, at most k of their pixels lie above the threshold.
  @Test func thresholdIsCalibratedOnHeldOutImages() throws {
    try withTemporaryFolder { folder in
      let model = try Cloth.train(in: folder, calibration: .split)
      let dataset = try Dataset.open("\(folder)/cloth", home: folder)
      let split = try HoldOut(dataset.training, seed: 0, name: "cloth")
      let maps = try split.calibration.map { try model.predict($0.path).map.values }
      let values = maps.flatMap { $0 }.sorted(by: >)
      #expect(model.calibration.fairThreshold == values[4])
    }
  }

  @Test func whatEndsATraining() throws {
    try withTemporaryFolder { folder in
      #expect(throws: Stop.self) {
        try Cloth.train(in: folder) { if $0.stage == "folds" { throw Stop() } }
      }
    }
    try withTemporaryFolder { folder in
      let error = #expect(throws: InspectionError.self) { try Cloth.train(in: folder, images: 7) }
      #expect(error?.found == "7 good images")
    }
    try withTemporaryFolder { folder in
      try write("no image", to: "\(folder)/cloth/100.png")
      let error = #expect(throws: ImageError.self) { try Cloth.train(in: folder) }
      #expect(error?.file == "\(folder)/cloth/100.png")
    }
    try withTemporaryFolder { folder in
      try Cloth.weave.write(0..<8, to: "\(folder)/cloth")
      var run = TrainingRun(
        dataset: try Dataset.open("\(folder)/cloth", home: folder), detector: Cloth.detector)
      run.backbones = BackboneStore(home: Home(path: folder))
      #expect(throws: WeightsError.self) { try run.run() }
      try Cloth.writeWeights(home: folder)
      run.height = 100
      let error = #expect(throws: InspectionError.self) { try run.run() }
      #expect(error?.subject == "image size")
    }
  }
}

import Backbones
import Datasets
import Detectors
import Fixtures
import Foundation
import Inspection
import Testing
import Torch
import Workbench
import WorkbenchFixtures

@Suite struct CalibrationRunTests {
  private static func run(
    _ model: Model, on folder: String, note: @escaping (Remark) -> Void = { _ in }
  ) throws -> Model {
    var run = CalibrationRun(model, on: try Dataset.open(folder, home: folder))
    run.note = note
    return try run.run()
  }

  @Test func theDecisionIsRenewedAndNothingElse() throws {
    try withTemporaryFolder { folder in
      let model = try Cloth.model()
      let paths = try Cloth.weave.write(100..<120, to: "\(folder)/monday")
      try Cloth.weave.write(120..<126, to: "\(folder)/tuesday")
      var remarks: [Remark] = []
      let renewed = try Self.run(model, on: "\(folder)/monday") { remarks.append($0) }
      #expect(renewed.calibration.imageCount == 20)
      #expect(renewed.calibration != model.calibration)
      #expect(
        try renewed.calibration.goodScores(.own)
          == paths.map { try model.predict($0).raw.score }.sorted())
      for path in paths.prefix(3) {
        #expect(try renewed.predict(path).map == model.predict(path).map)
      }

      let provenance = renewed.provenance
      let source = try #require(provenance.calibration)
      #expect((source.dataset, source.images) == ("monday", 20))
      #expect(
        try source.datasetSHA256 == Dataset.open("\(folder)/monday", home: folder).trainingHash())
      #expect(provenance.calibrationImages == 20)
      #expect(provenance.fittingImages == model.provenance.fittingImages)
      #expect(provenance.datasetSHA256 == model.provenance.datasetSHA256)
      #expect(
        provenance.formerCalibrations == [
          Provenance.CalibrationSource(
            dataset: "cloth", datasetSHA256: model.provenance.datasetSHA256, images: 16,
            created: model.provenance.created)
        ])

      let second = try Self.run(renewed, on: "\(folder)/tuesday") { remarks.append($0) }
      #expect(second.provenance.formerCalibrations?.map(\.images) == [16, 20])
      #expect(second.provenance.calibration?.dataset == "tuesday")
      #expect(
        remarks.contains {
          $0.severity == .doubt && $0.text.contains("rarer than 6 good images can show")
        })

      try Cloth.writeWeights(home: folder)
      try ModelBundle.save(second, to: "\(folder)/m")
      let loaded = try ModelBundle.load(
        "\(folder)/m", registry: .all, backbones: BackboneStore(home: Home(path: folder)))
      #expect(loaded.provenance == second.provenance)
      #expect(loaded.calibration == second.calibration)
    }
  }

  /// In the folder that the model was trained on, in the layout around it, and the other way round.
  @Test func theTrainingImagesAreRefused() throws {
    try withTemporaryFolder { folder in
      let plain = try Cloth.model()
      try Cloth.weave.write(0..<16, to: "\(folder)/same")
      try Cloth.weave.write(0..<16, to: "\(folder)/layout/train/good")
      var inLayout = plain.provenance
      inLayout.datasetSHA256 =
        try Dataset.open("\(folder)/layout", home: folder).trainingHash()
      #expect(inLayout.datasetSHA256 != plain.provenance.datasetSHA256)
      let other = Model(
        detector: plain.detector, scorer: plain.scorer, calibration: plain.calibration,
        backbone: plain.backbone, provenance: inLayout)
      for (model, place) in [
        (plain, "same"), (plain, "layout"), (other, "layout"), (other, "layout/train/good"),
      ] {
        let error = #expect(throws: InspectionError.self, "\(place)") {
          try Self.run(model, on: "\(folder)/\(place)")
        }
        #expect(error?.found == "the images that the model was trained on")
        #expect(error?.isUsage == true)
      }
      // A part of them is not recognized.
      try FileManager.default.removeItem(atPath: "\(folder)/same/000.png")
      #expect(throws: Never.self) { try Self.run(plain, on: "\(folder)/same") }
    }
  }

  @Test func tooFewImagesAreNone() throws {
    try withTemporaryFolder { folder in
      try Cloth.weave.write(100..<103, to: "\(folder)/few")
      let error = #expect(throws: InspectionError.self) {
        try Self.run(Cloth.model(), on: "\(folder)/few")
      }
      #expect(error?.found == "3 good images")
      #expect(error?.remedy.contains("4 at least") == true)
      for copy in 0..<3 {
        try FileManager.default.copyItem(
          atPath: "\(folder)/few/000.png", toPath: "\(folder)/few/copy\(copy).png")
      }
      let copies = #expect(throws: InspectionError.self) {
        try Self.run(Cloth.model(), on: "\(folder)/few")
      }
      #expect(copies?.found == "6 good images, 3 of them distinct")
    }
  }

  @Test func brokenImagesAreNamed() throws {
    try withTemporaryFolder { folder in
      try Cloth.weave.write(100..<106, to: "\(folder)/good")
      for name in ["101", "104"] { try write("no image", to: "\(folder)/good/\(name).png") }
      let error = #expect(throws: InspectionError.self) {
        try Self.run(Cloth.model(), on: "\(folder)/good")
      }
      #expect(error?.found.contains("101.png") == true && error?.found.contains("104.png") == true)
    }
  }
}

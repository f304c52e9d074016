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

@Suite struct BenchmarkTests {
  private struct Stop: Error {}

  /// A row has the metrics of a training and an evaluation by hand.
  @Test func metricsAreThoseOfAnEvaluation() throws {
    try withTemporaryFolder { folder in
      let bench = try ClothBenchmark(in: folder)
      let row = try #require(try bench.run().rows.first)
      let dataset = try Dataset.open("\(folder)/linen", home: folder)
      var training = TrainingRun(dataset: dataset, detector: bench.detector)
      (training.width, training.height) = (64, 64)
      training.backbones = BackboneStore(home: Home(path: folder))
      let evaluation = try Evaluation(
        of: training.run(), on: dataset, into: ResultFolder("\(folder)/evaluation"))

      var (found, expected) = (
        try JSONValue(encoding: row.metrics).members,
        try JSONValue(encoding: evaluation.metrics).members
      )
      let time = found.removeValue(forKey: "millisecondsPerImage")
      #expect(time != nil && time != .null)
      expected.removeValue(forKey: "millisecondsPerImage")
      #expect(try Self.json(found) == Self.json(expected))
      #expect(row.status == .done && row.error == nil && row.failures.isEmpty)
      #expect(row.selection == "last epoch; no test image was looked at")
      #expect(!row.selectedOnTestData)
      #expect(row.fittingImages == 8 && row.calibrationImages == 8)
      #expect(
        row.seconds.keys.sorted() == ["calibration", "evaluation", "fitting", "reading"])
      #expect(row.threads == Machine.threads)
      #expect(row.conditions.settings.members["epochs"] == .integer(1))
      #expect(row.conditions.settings.members["learningRate"] != nil)

      // The row on the disk is the row, and nothing was drawn.
      let stored = try JSONDecoder().decode(
        BenchmarkRow.self, from: Data(contentsOf: URL(fileURLWithPath: bench.rowPath())))
      #expect(stored == row, "the row that was returned")
      let files = try FileManager.default.subpathsOfDirectory(atPath: bench.results)
        .filter { !ImageFolder.isFolder("\(bench.results)/\($0)") }.sorted()
      #expect(files == ["runs/uflow/linen/seed-0/row.json"])
    }
  }

  private static func json(_ members: [String: JSONValue]) throws -> String {
    String(decoding: try JSON.encode(members), as: UTF8.self)
  }

  @Test func seedsChangeTheSplitAndTheModel() throws {
    try withTemporaryFolder { folder in
      var bench = try ClothBenchmark(in: folder)
      bench.seeds = [0, 1]
      bench.keepsModels = true
      let rows = try bench.run().rows
      #expect(rows[0].fitting["loss"] != rows[1].fitting["loss"])
      #expect(rows.map(\.model) == ["model", "model"])
      for seed in [0, 1] {
        let path = bench.rowPath(seed: seed).replacing("row.json", with: "model")
        let model = try ModelBundle.load(
          path, registry: .all, backbones: BackboneStore(home: Home(path: folder)))
        #expect(model.provenance.seed == UInt64(seed))
      }
    }
  }

  /// What is handed to a program must not end the process that hands it.
  @Test(arguments: [["/bin/true"], ["/bin/sh", "-c", "kill -9 $$"], ["/no/such/program"]])
  func aProgramThatReadsNothing(_ command: [String]) throws {
    try withTemporaryFolder { folder in
      let bench = try ClothBenchmark(in: folder)
      let before = signal(SIGPIPE, SIG_DFL)
      defer { signal(SIGPIPE, before) }
      for _ in 0..<5 {
        var benchmark = try bench.benchmark()
        benchmark.command = command
        let row = try #require(try benchmark.run().first)
        #expect(row.status == .failed && row.error?.hasPrefix("its process") == true)
      }
    }
  }

  @Test func aModelThatWasNotKeptIsMadeAgain() throws {
    try withTemporaryFolder { folder in
      var bench = try ClothBenchmark(in: folder)
      try bench.run()
      bench.keepsModels = true
      let log = try bench.run().log
      #expect(log.outdated == ["its model was not kept"])
      #expect(try bench.run().log.taken.count == 1)
    }
  }

  @Test func goesOnAfterAKill() throws {
    try withTemporaryFolder { folder in
      var bench = try ClothBenchmark(in: folder)
      try bench.addData("silk")
      bench.data = ["linen", "silk"]
      bench.seeds = [0, 1]
      // It ends in the third run, as if pulled from under its feet.
      var started = 0
      #expect(throws: Stop.self) {
        try bench.run { event in
          if case .started = event { started += 1 }
          if case .progress(let work) = event, started == 3, work.stage == "folds" {
            throw Stop()
          }
        }
      }
      #expect(!FileManager.default.fileExists(atPath: bench.rowPath(seed: 1)))
      let debris = bench.rowPath(seed: 1).replacing("row.json", with: ".row.json.0abcdefghijkl.tmp")
      try write("{\"status\" : \"do", to: debris)

      let before = try [bench.rowPath(), bench.rowPath("silk")].map(bench.text)
      let (rows, log) = try bench.run()
      #expect(log.taken == ["uflow, linen, seed 0", "uflow, silk, seed 0"])
      #expect(log.started == ["uflow, linen, seed 1", "uflow, silk, seed 1"])
      #expect(log.outdated.isEmpty)
      #expect(try [bench.rowPath(), bench.rowPath("silk")].map(bench.text) == before)
      #expect(!FileManager.default.fileExists(atPath: debris))
      #expect(rows.map(\.conditions.data) == ["linen", "silk", "linen", "silk"])
      #expect(rows.map(\.conditions.seed) == [0, 0, 1, 1])
      #expect(log.summary?.rows.count == 4 && log.summary?.planned.count == 4)

      let again = try bench.run()
      #expect(again.log.started.isEmpty)
      #expect(again.rows == rows)
    }
  }

  @Test func whatIsPlannedOtherwiseRunsAgain() throws {
    try withTemporaryFolder { folder in
      var bench = try ClothBenchmark(in: folder)
      try bench.run()
      bench.detector.learningRate = 1e-3
      bench.detector.flowSteps = 1
      var log = try bench.run().log
      #expect(
        log.outdated == [
          "its row was made with flowSteps 1 instead of 2, learningRate 0.001 instead of 0.002"
        ])
      #expect(log.started.count == 1 && log.taken.isEmpty)

      bench.protocol = .paper
      log = try bench.run().log
      #expect(log.outdated == ["its row was made with protocol paper instead of strict"])

      // Data that change behind an unchanged name; a test image counts as well.
      try Cloth.weave.picture(77).writePNG(to: "\(folder)/linen/test/good/000.png")
      log = try bench.run().log
      #expect(log.outdated.count == 1)
      #expect(log.outdated.first?.hasPrefix("its row was made with dataSHA256 ") == true)

      let row = try bench.text(bench.rowPath())
      try write(
        row.replacing(
          "\"blemish\" : \"\(PackageVersion.current)\"", with: "\"blemish\" : \"0.0.1\""),
        to: bench.rowPath())
      log = try bench.run().log
      #expect(
        log.outdated == ["its row was made with blemish \(PackageVersion.current) instead of 0.0.1"]
      )

      try write(String(row.prefix(100)), to: bench.rowPath())
      log = try bench.run().log
      #expect(log.outdated == ["its row cannot be read"])
      #expect(try bench.run().log.taken.count == 1)
    }
  }

  @Test func aRunThatFailsDoesNotEndTheOthers() throws {
    try withTemporaryFolder { folder in
      var bench = try ClothBenchmark(in: folder)
      for name in ["felt", "silk", "wool"] { try bench.addData(name) }
      try write("no image", to: "\(folder)/felt/train/good/003.png")
      // Nothing to be measured on, and nothing to learn from.
      try FileManager.default.removeItem(atPath: "\(folder)/silk/test")
      try FileManager.default.removeItem(atPath: "\(folder)/wool/train/good")
      bench.data = ["felt", "silk", "wool", "linen"]
      let rows = try bench.run().rows
      #expect(rows.map(\.status) == [.failed, .failed, .failed, .done])
      #expect(rows[0].error?.contains("\(folder)/felt/train/good/003.png") == true)
      #expect(rows[1].error?.contains("no labeled test images") == true)
      #expect(rows[2].error?.contains("\(folder)/wool") == true)
      #expect(rows[0].metrics == nil)

      try Cloth.weave.picture(3).writePNG(to: "\(folder)/felt/train/good/003.png")
      bench.data = ["felt", "linen"]
      let (mended, log) = try bench.run()
      // What has changed is what was wrong with it.
      #expect(log.outdated.count == 1)
      #expect(log.taken == ["uflow, linen, seed 0"])
      #expect(mended.map(\.status) == [.done, .done])
    }
  }

  @Test func aDivergedTrainingIsARowThatRunsAgain() throws {
    try withTemporaryFolder { folder in
      var bench = try ClothBenchmark(in: folder)
      bench.detector.learningRate = 1e30
      bench.detector.schedule = .constant
      bench.detector.epochs = 3
      let row = try #require(try bench.run().rows.first)
      #expect(row.status == .failed)
      #expect(row.error?.contains("not a number") == true)
      #expect(try bench.run().log.outdated == ["it failed before"])
    }
  }

  @Test func testImagesThatCannotBeJudgedAreNamed() throws {
    try withTemporaryFolder { folder in
      let bench = try ClothBenchmark(in: folder)
      let path = "\(folder)/linen/test/torn/001.png"
      try write("no image", to: path)
      let row = try #require(try bench.run().rows.first)
      #expect(row.status == .done)
      #expect(row.failures.count == 1)
      #expect(row.failures.first?.contains(path) == true)
      #expect(row.metrics?[.failedImages] == 1)
    }
  }

  /// What was taken of the data, and what a look at the images noticed, is told once for all runs.
  @Test func remarksAreToldOnce() throws {
    try withTemporaryFolder { folder in
      var bench = try ClothBenchmark(in: folder)
      bench.seeds = [0, 1]
      let good = "\(folder)/linen/train/good"
      try FileManager.default.copyItem(atPath: "\(good)/000.png", toPath: "\(good)/copy.png")
      let remarks = try bench.run().log.remarks
      #expect(remarks.count { $0.contains("9 good images in train/good") } == 1, "\(remarks)")
      #expect(remarks.count { $0.contains("copy.png") } == 1, "\(remarks)")
      #expect(remarks.count { $0.contains("rarer than 8 good images can show") } == 1, "\(remarks)")
      #expect(Set(remarks).count == remarks.count, "\(remarks)")
    }
  }

  /// Whoever asks for an end when the process of a run has just ended need not wait for it again.
  @Test(.timeLimit(.minutes(1))) func anEndAfterTheLastWord() throws {
    try withTemporaryFolder { folder in
      var benchmark = try ClothBenchmark(in: folder).benchmark()
      benchmark.command = ["/bin/true"]
      #expect(throws: Stop.self) {
        try benchmark.run { event in
          if case .waiting = event { throw Stop() }
        }
      }
    }
  }

  @Test func oneAtATime() throws {
    try withTemporaryFolder { folder in
      let bench = try ClothBenchmark(in: folder)
      var refusal: InspectionError?
      try bench.run { event in
        guard case .started = event else { return }
        refusal = #expect(throws: InspectionError.self) { try bench.run() }
      }
      #expect(refusal?.subject == bench.results)
      #expect(refusal?.found.hasSuffix("(process \(getpid())) is writing to it") == true)
      #expect(try bench.run().log.taken.count == 1)
    }
  }

  @Test func theEpochIsSelectedOnTestData() throws {
    try withTemporaryFolder { folder in
      var bench = try ClothBenchmark(in: folder)
      bench.protocol = .paper
      bench.detector.epochs = 3
      let row = try #require(try bench.run().rows.first)
      #expect(row.selectedOnTestData)
      let epoch = try #require(row.fitting[FitContext.selectedEpoch])
      #expect((1...3).contains(epoch))
      #expect(
        row.selection
          == "selected on test data: epoch \(Int(epoch)) has the best test pixel AUROC")
      // What the choice saw is what the evaluation finds.
      let auroc = try #require(row.fitting[FitContext.selectionScore])
      #expect(row.metrics?[.pixelAUROC] == auroc)

      // Without masks, the images count.
      try FileManager.default.removeItem(atPath: "\(folder)/linen/ground_truth")
      let bare = try #require(try bench.run().rows.first)
      #expect(bare.selection?.hasSuffix("has the best test image AUROC") == true)
    }
  }

  @Test func plansThatCannotBe() throws {
    try withTemporaryFolder { folder in
      var bench = try ClothBenchmark(in: folder)
      try bench.addData("other/linen")
      bench.data = ["linen", "other/linen"]
      let data = #expect(throws: InspectionError.self) { try bench.run() }
      #expect(data?.found == "linen is given twice")
      bench.data = ["none"]
      #expect(#expect(throws: InspectionError.self) { try bench.run() }?.isUsage == true)
      bench.data = ["linen"]
      bench.seeds = [4, 4]
      let seed = #expect(throws: InspectionError.self) { try bench.run() }
      #expect(seed?.found == "4 is given twice")
      bench.seeds = []
      #expect(#expect(throws: InspectionError.self) { try bench.run() }?.subject == "seeds")
      bench.seeds = [0]
      bench.detector.taps = [8, 32]
      #expect(#expect(throws: InspectionError.self) { try bench.run() }?.subject == "taps")
      bench.detector.taps = [4, 8]
      try FileManager.default.removeItem(atPath: "\(folder)/weights")
      #expect(throws: WeightsError.self) { try bench.run() }
    }
  }

  @Test func settingsOfAllAndOfOne() throws {
    let detectors = try BenchmarkPlan.detectors(
      ["uflow"], settings: ["epochs": .integer(3), "uflow.epochs": .integer(4)], registry: .all)
    #expect((detectors.first as? UFlow)?.epochs == 4)
    let stranger = #expect(throws: InspectionError.self) {
      try BenchmarkPlan.detectors(
        ["uflow"], settings: ["padim.epochs": .integer(3)], registry: .all)
    }
    #expect(stranger?.subject == "setting padim.epochs")
    #expect(throws: InspectionError.self) {
      try BenchmarkPlan.detectors(["uflow"], settings: ["epoch": .integer(3)], registry: .all)
    }
    #expect(throws: InspectionError.self) {
      try BenchmarkPlan.detectors(["vflow"], settings: [:], registry: .all)
    }
  }
}

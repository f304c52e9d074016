import Datasets
import Fixtures
import Foundation
import Imaging
import Inspection
import Metrics
import Testing
import Torch
import Workbench
import WorkbenchFixtures

@Suite struct EvaluationTests {
  /// The shares are counted anew, the simple way, from the files that were written.
  @Test func metricsAreThoseOfTheFiles() throws {
    try withTemporaryFolder { folder in
      let dataset = try Cloth.dataset(in: "\(folder)/data", good: 6, torn: 5)
      let results = "\(folder)/results"
      let model = try Cloth.model()
      let evaluation = try Evaluation(of: model, on: dataset, into: ResultFolder(results))
      let lines = try Cloth.predictions(in: results)
      try #require(lines.count == 11)

      let scores = try lines.map { try #require($0["score"]?.asDouble) }
      let (torn, good) = (scores[6...], scores[..<6])
      #expect(dataset.test.map(\.kind) == lines.map { $0["label"]?.asString })
      #expect(dataset.test.prefix(6).allSatisfy { $0.label == .good })
      let wins = torn.reduce(0) { sum, score in sum + good.count { $0 < score } }
      #expect(evaluation.imageAUROC == Double(wins) / 30)
      #expect(evaluation.imageAUROC == 1)

      let alarmed = lines.map { $0["anomalous"] == .bool(true) }
      #expect(evaluation.defective.alarms == alarmed[6...].count { $0 })
      #expect(evaluation.good.alarms == alarmed[..<6].count { $0 })
      #expect(evaluation.defective.alarms == 5)
      let maps = try dataset.test.map { sample in
        let stem = (sample.name as NSString).deletingPathExtension
        return try NPY.read("\(results)/maps/\(stem).npy").array(of: Float.self)
      }
      let regions = lines[..<6].reduce(0) { sum, line in
        guard case .array(let regions)? = line["regions"] else { return sum }
        return sum + regions.count
      }
      #expect(evaluation.falseAlarmRegionsPerImage == Double(regions) / 6)

      // The flaw at 64 x 64, as nearest neighbors have it, against all good pixels.
      var (inside, outside): ([Float], [Float]) = ([], [])
      for (sample, map) in zip(dataset.test, maps) {
        for (place, value) in map.enumerated() {
          let x = Int((Double(place % 64) + 0.5) * 72 / 64)
          let y = Int((Double(place / 64) + 0.5) * 60 / 64)
          let isFlaw = Cloth.flaw.columns.contains(x) && Cloth.flaw.rows.contains(y)
          if sample.isDefective == true && isFlaw {
            inside.append(value)
          } else {
            outside.append(value)
          }
        }
      }
      outside.sort()
      let pairs = inside.reduce(0.0) { sum, value in
        let below = outside.partitionPoint { $0 < value }
        let upTo = outside.partitionPoint { $0 <= value }
        return sum + Double(below) + Double(upTo - below) / 2
      }
      let auroc = pairs / Double(inside.count) / Double(outside.count)
      #expect(abs((evaluation.pixelAUROC ?? 0) - auroc) < 1e-12)
      #expect(auroc > 0.9)
      #expect((0...1).contains(evaluation.pixels.aupro ?? -1))

      // Of 6 * 64 * 64 good pixels, rates of 1e-5 to 1e-4 allow none to two.
      let best = maps[..<6].joined().sorted(by: >).prefix(3)
      let shares = maps[6...].map { map in
        let flaw = map.enumerated().filter { place, _ in
          let x = Int((Double(place % 64) + 0.5) * 72 / 64)
          let y = Int((Double(place / 64) + 0.5) * 60 / 64)
          return Cloth.flaw.columns.contains(x) && Cloth.flaw.rows.contains(y)
        }
        let marked = flaw.map { _, score in
          let rate = Double(best.count { $0 >= score }) / (6 * 64 * 64)
          return log10(1e-4 / min(max(rate, 1e-5), 1e-4))
        }
        return marked.reduce(0, +) / Double(marked.count)
      }
      let aupimo = shares.reduce(0, +) / 5
      #expect(abs((evaluation.metrics[.aupimo] ?? 0) - aupimo) < 1e-12)
      #expect(abs((evaluation.metrics.defects["torn"]?.aupimo ?? 0) - aupimo) < 1e-12)
      #expect(aupimo > 0)
      #expect(evaluation.metrics[.named("imagePB2")] == 1)
      #expect(evaluation.metrics[.named("imagePG2")] == 1)
      #expect(evaluation.inspected.map(\.name) == dataset.test.map(\.name))
    }
  }

  @Test func metricsHaveTheirKeys() throws {
    try withTemporaryFolder { folder in
      let dataset = try Cloth.dataset(in: "\(folder)/data", good: 1, torn: 2)
      let evaluation = try Evaluation(of: Cloth.model(), on: dataset, into: ResultFolder(folder))
      let metrics = try JSONValue(encoding: evaluation.metrics).members
      #expect(
        metrics.keys.sorted() == [
          "aupimo", "aupimoDeviation", "aupro", "aupro05", "defectiveImages", "defects",
          "detectionRate", "failedImages",
          "falseAlarmPixelsPerImage", "falseAlarmRate", "falseAlarmRegionsPerImage", "falseAlarms",
          "goodImages", "imageAP", "imageAUPR", "imageAUROC", "imageF1Max", "imageF1MaxThreshold",
          "imagePB2", "imagePG2", "mIoU", "mIoUAtOne", "mIoUFair", "mIoUOnDefective", "mIoUOracle",
          "mIoUOracleFalseAlarms", "mIoUTheoreticalAtOne", "mIoUTheoreticalOracle",
          "maskedImages", "millisecondsPerImage", "pixelAP", "pixelAUPR", "pixelAUROC",
          "pixelErrors",
          "pixelF1Max", "pixelF1MaxThreshold",
        ])
      #expect(metrics["goodImages"] == .integer(1))
      #expect(metrics["defectiveImages"] == .integer(2))
      #expect(metrics["maskedImages"] == .integer(2))
      #expect(metrics["failedImages"] == .integer(0))
      #expect(!metrics.values.contains(.null))
    }
  }

  /// Written and read again, every metric is as it was, and the registry tells what it is.
  @Test func metricsAreATypedValue() throws {
    try withTemporaryFolder { folder in
      let dataset = try Cloth.dataset(in: "\(folder)/data", good: 2, torn: 2)
      let evaluation = try Evaluation(of: Cloth.model(), on: dataset, into: ResultFolder(folder))
      let metrics = evaluation.metrics
      #expect(
        try JSONDecoder().decode(EvaluationMetrics.self, from: JSON.encode(metrics)) == metrics)
      #expect(metrics.metrics == Metric.all)
      #expect(Set(Metric.all.map(\.id)).count == Metric.all.count)
      #expect(
        Metric.all.filter(\.isHeadline).map(\.name) == [
          "image AUROC", "pixel AUROC", "AUPRO", "AUPIMO", "mIoU", "detection rate",
          "false alarm rate",
          "false alarms per image", "time per image",
        ])
      #expect(Metric.all.filter(\.isHeadline).allSatisfy { !$0.meaning.isEmpty })
      #expect(metrics[.imageAUROC] == evaluation.imageAUROC)
      #expect(metrics[.pixelAUROC] == evaluation.pixelAUROC)
      #expect(metrics[.falseAlarmRate] == evaluation.good.rate)
      #expect(metrics[.named("novelty")] == nil)
    }
  }

  /// What version 0.1 wrote, with a number that it did not know yet.
  @Test func earlierMetricsAreRead() throws {
    let metrics = try JSONDecoder().decode(
      EvaluationMetrics.self,
      from: Data(
        #"""
        {"imageAUROC": 1, "aupro": null, "novelty": 0.5, "notes": "by hand", "list": [1],
         "falseAlarms": [{"promised": 0.1, "calibrated": 0, "interval": [0, 0.2], "theoretical": null}]}
        """#.utf8))
    #expect(metrics[.imageAUROC] == 1 && metrics[.aupro] == nil)
    #expect(metrics.metrics.map(\.id) == ["imageAUROC", "aupro", "novelty"])
    #expect(metrics.falseAlarms.map(\.expected) == [0.1])
    // Its intervals are judged, though it has none of images.
    #expect(metrics.falseAlarms[0].regionVerdict == .tooFewToTell)
    #expect(metrics.falseAlarms[0].imageVerdict == nil)
    guard case .array(let levels)? = try JSONValue(encoding: metrics).members["falseAlarms"] else {
      Issue.record("no levels")
      return
    }
    #expect(levels[0].members["regionVerdict"] == .string("too few to tell"))
    #expect(levels[0].members["imageVerdict"] == .null)
  }

  @Test func defectiveImagesWithoutAMaskAreCounted() throws {
    try withTemporaryFolder { folder in
      _ = try Cloth.dataset(in: "\(folder)/data", good: 1, torn: 3)
      for name in try FileManager.default.subpathsOfDirectory(atPath: "\(folder)/data/ground_truth")
      where name.contains("001") {
        try FileManager.default.removeItem(atPath: "\(folder)/data/ground_truth/\(name)")
      }
      let dataset = try Dataset.open("\(folder)/data", home: folder)
      let evaluation = try Evaluation(of: Cloth.model(), on: dataset, into: nil)
      #expect(evaluation.metrics[.maskedImages] == 2)
      #expect(evaluation.metrics[.defectiveImages] == 3)
    }
  }

  @Test func whatIsUndefinedIsNull() throws {
    try withTemporaryFolder { folder in
      let model = try Cloth.model()
      let bare = try Cloth.dataset(in: "\(folder)/bare", good: 2, torn: 2, masks: false)
      let withoutMasks = try JSONValue(
        encoding: Evaluation(of: model, on: bare, into: nil).metrics
      ).members
      let ofPixels = Set(["aupro", "aupro05", "aupimo", "aupimoDeviation"])
        .union(withoutMasks.keys.filter { $0.hasPrefix("mIoU") })
        .union(withoutMasks.keys.filter { $0.hasPrefix("pixel") && $0 != "pixelErrors" })
      let ofBothClasses: Set = [
        "imageAP", "imageAUPR", "imageAUROC", "imageF1Max", "imageF1MaxThreshold",
        "imagePB2", "imagePG2",
      ]
      func undefined(_ metrics: [String: JSONValue]) -> Set<String> {
        Set(metrics.filter { $0.value == .null }.keys)
      }
      #expect(undefined(withoutMasks) == ofPixels)

      let good = Dataset(name: "good", training: [], test: bare.test.filter { $0.label == .good })
      let onGood = try JSONValue(
        encoding: Evaluation(of: model, on: good, into: nil).metrics
      ).members
      #expect(undefined(onGood) == ofPixels.union(ofBothClasses).union(["detectionRate"]))
      let torn = Dataset(name: "torn", training: [], test: bare.test.filter { $0.label != .good })
      let onTorn = try JSONValue(
        encoding: Evaluation(of: model, on: torn, into: nil).metrics
      ).members
      #expect(
        undefined(onTorn)
          == ofPixels.union(ofBothClasses).union([
            "falseAlarmPixelsPerImage", "falseAlarmRate", "falseAlarmRegionsPerImage",
          ]))
    }
  }

  /// The images that cannot be judged are named, and the metrics are those of the others.
  @Test func badImagesAndMasksAreLeftOut() throws {
    try withTemporaryFolder { folder in
      let dataset = try Cloth.dataset(in: "\(folder)/data")
      let torn = dataset.test.filter { $0.label != .good }
      let mask = try #require(torn[1].maskPaths.first)
      try Weave(width: 30, height: 40).mask(of: Cloth.flaw).writePNG(to: mask)
      try Data("no image".utf8).write(to: URL(fileURLWithPath: dataset.test[0].path))
      let results = "\(folder)/results"
      let evaluation = try Evaluation(of: Cloth.model(), on: dataset, into: ResultFolder(results))

      #expect(evaluation.predictions.failures.map(\.path) == [dataset.test[0].path])
      #expect(evaluation.maskFailures.count == 1)
      #expect(
        evaluation.maskFailures.first?.contains(
          "\(mask): a mask of 30 x 40 pixels for an image of 72 x 60") == true)
      #expect(evaluation.good.images == 3)
      // The image counts, its mask does not.
      #expect(evaluation.defective.images == 4)
      #expect(evaluation.maskedImages == 3)
      #expect(evaluation.predictions.judged == 7)
      #expect(evaluation.metrics[.failedImages] == 1)
      #expect(evaluation.inspected.count == 7)
      let lines = try Cloth.predictions(in: results)
      #expect(lines.map { $0["path"]?.asString } == dataset.test.map(\.path))
      let bad = lines.filter { $0["error"] != .null }
      #expect(bad.map { $0["path"]?.asString } == [dataset.test[0].path])
      for line in bad {
        #expect(
          line.filter { $0.value != .null }.keys.sorted() == ["error", "label", "name", "path"])
      }

      // As if the bad ones had never been there.
      func rest(without left: [Sample], _ name: String) throws -> Evaluation {
        let samples = dataset.test.filter { !left.contains($0) }
        return try Evaluation(
          of: Cloth.model(), on: Dataset(name: name, training: [], test: samples),
          into: ResultFolder("\(folder)/\(name)"))
      }
      let ofPixels = try rest(without: [dataset.test[0], torn[1]], "pixels")
      #expect(evaluation.pixelAUROC == ofPixels.pixelAUROC)
      #expect(evaluation.pixels.aupro == ofPixels.pixels.aupro)
      #expect(
        try evaluation.imageAUROC == rest(without: [dataset.test[0]], "images").imageAUROC)
    }
  }

  @Test func predictsAsAPredictionRun() throws {
    try withTemporaryFolder { folder in
      let dataset = try Cloth.dataset(in: "\(folder)/data", good: 2, torn: 2)
      let model = try Cloth.model()
      _ = try Evaluation(of: model, on: dataset, into: ResultFolder("\(folder)/a"))
      _ = try PredictionRun(model: model, results: ResultFolder("\(folder)/b")).run(dataset.test)
      let names = try FileManager.default.subpathsOfDirectory(atPath: "\(folder)/a").sorted()
      #expect(try FileManager.default.subpathsOfDirectory(atPath: "\(folder)/b").sorted() == names)
      let files = names.filter { !ImageFolder.isFolder("\(folder)/a/\($0)") }
      // Overlay, map and mask of each image, and the lines.
      #expect(files.count == 3 * 4 + 1)
      for file in files {
        #expect(
          FileManager.default.contentsEqual(
            atPath: "\(folder)/a/\(file)", andPath: "\(folder)/b/\(file)"), "\(file)")
      }
    }
  }

  @Test func nothingToEvaluateOn() throws {
    try withTemporaryFolder { folder in
      let error = #expect(throws: InspectionError.self) {
        try Evaluation(
          of: Cloth.model(), on: Dataset(name: "photos", training: [], test: []),
          into: ResultFolder(folder))
      }
      #expect(error?.subject == "photos")
      #expect(error?.found == "no labeled test images")
    }
  }
}

extension JSONValue {
  fileprivate var asDouble: Double? {
    switch self {
    case .number(let value): value
    case .integer(let value): Double(value)
    default: nil
    }
  }

  fileprivate var asString: String? {
    if case .string(let value) = self { value } else { nil }
  }
}

extension [Float] {
  /// How many lead the sorted numbers that `isBefore` holds for.
  fileprivate func partitionPoint(_ isBefore: (Float) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

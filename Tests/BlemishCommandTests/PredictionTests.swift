import Blemish
import Foundation
import Testing

/// What `predict` and `evaluate` write.
@Suite struct PredictionTests {
  let workshop: Workshop

  init() throws { workshop = try Workshop.shared.get() }

  @Test func everyLineHasEveryKeyAndItsFiles() throws {
    try workshop.withFolder { folder in
      let outcome = try workshop.run(
        ["predict", "--model", workshop.model, "--out", folder, "\(workshop.data)/test/"])
      outcome.expectSuccess()
      let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/predictions.jsonl"))
      for line in data.split(separator: UInt8(ascii: "\n")) {
        let members = try #require(try JSONSerialization.jsonObject(with: line) as? [String: Any])
        #expect(members.keys.sorted() == PredictionLine.keys.sorted())
      }
      let records = try PredictionLine.all(in: data)
      #expect(records.map(\.path) == workshop.testImages)
      for record in records {
        try record.expectFiles(in: folder)
        let score = try #require(record.score)
        let anomalous = try #require(record.anomalous as Bool?)
        let regions = try #require(record.regions)
        #expect(anomalous == !regions.isEmpty)
        #expect(regions.allSatisfy { $0.area > 0 })
        // The mask is of the image's size and marks something where there is a region.
        let mask = try Image(contentsOf: "\(folder)/\(try #require(record.maskPath))")
        #expect(mask.width == Workshop.side && mask.height == Workshop.side && mask.channels == 1)
        let levels = Set(mask.samples(of: UInt8.self))
        #expect(levels.isSubset(of: [0, 255]) && levels.contains(255) == anomalous)
        let map = try NPY.read("\(folder)/\(try #require(record.mapPath))")
        #expect(map.shape == [64, 64])
        let worst = map.array(of: Float.self).map(Double.init).sorted(by: >).prefix(41)
        #expect(record.verdict == (anomalous ? "anomalous" : "normal"))
        #expect(score.isFinite)
        #expect(regions.allSatisfy { $0.peak <= worst[0] * (1 + 1e-6) })
      }
      // The scratched ones stand out after one epoch already.
      let scores = records.compactMap(\.score)
      #expect(scores[3...].min() ?? 0 > scores[..<3].max() ?? 0)
      #expect(outcome.text.contains("images are anomalous; results are in \(folder)"))
    }
  }

  @Test func predictionsEqualTheEvaluation() throws {
    try workshop.withFolder { folder in
      let (first, second) = ("\(folder)/evaluated", "\(folder)/predicted")
      try workshop.run([
        "evaluate", "--model", workshop.model, "--data", workshop.data + "/", "--out", first,
      ]).expectSuccess()
      // In another order and company.
      try workshop.run(
        ["predict", "--model", workshop.model, "--out", second] + workshop.testImages.reversed()
      ).expectSuccess()
      let evaluated = try PredictionLine.all(of: first)
      let predicted = try PredictionLine.all(of: second).reversed() as [PredictionLine]
      #expect(evaluated.count == 6 && predicted.count == 6)
      for (a, b) in zip(evaluated, predicted) {
        #expect(a.path == b.path)
        #expect(a.score == b.score && a.anomalous == b.anomalous && a.regions == b.regions)
        for (x, y) in [(a.mapPath, b.mapPath), (a.maskPath, b.maskPath)] {
          #expect(
            try FileManager.default.contentsEqual(
              atPath: "\(first)/\(#require(x))", andPath: "\(second)/\(#require(y))"))
        }
      }
      for name in ["metrics.json", "report.html", "run.json", "predictions.jsonl"] {
        #expect(FileManager.default.fileExists(atPath: "\(first)/\(name)"))
      }
    }
  }

  /// A table for spreadsheets tells what the lines tell, and goes with them.
  @Test func aTableForSpreadsheets() throws {
    try workshop.withFolder { folder in
      try FileManager.default.createDirectory(
        atPath: "\(folder)/in", withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        atPath: workshop.testImages[0], toPath: "\(folder)/in/=1+1.png")
      try Data("no image".utf8).write(to: URL(fileURLWithPath: "\(folder)/in/b,c.png"))
      let out = "\(folder)/out"
      let arguments = ["predict", "--model", workshop.model, "--out", out, "\(folder)/in"]
      #expect(try workshop.run(arguments + ["--csv"]).status == 1)
      let text = try String(contentsOfFile: "\(out)/predictions.csv", encoding: .utf8)
      let lines = text.components(separatedBy: "\r\n")
      try #require(lines.count == 4 && lines[3].isEmpty)
      #expect(
        lines[0]
          == "name,path,label,score,verdict,anomalous,log10FalseAlarms,falseAlarms,limit,regions,largestRegionArea,"
          + "overlayPath,mapPath,maskPath,error")
      #expect(lines[1].hasPrefix("'=1+1.png,\(folder)/in/=1+1.png,unlabeled,"))
      #expect(lines[2].hasPrefix("\"b,c.png\",\"\(folder)/in/b,c.png\",unlabeled,,,,,,,,,"))
      let records = try PredictionLine.all(of: out)
      #expect(Double(lines[1].split(separator: ",")[3]) == records[0].score)

      _ = try workshop.run(arguments)
      #expect(!FileManager.default.fileExists(atPath: "\(out)/predictions.csv"))
    }
  }

  @Test func aThresholdOfOnesOwn() throws {
    try workshop.withFolder { folder in
      for (threshold, anomalous) in [("-1e9", true), ("1e9", false)] {
        try workshop.run([
          "predict", "--model", workshop.model, "--out", folder, workshop.testImages[0],
          "--threshold", threshold,
        ]).expectSuccess()
        #expect(try PredictionLine.all(of: folder).first?.anomalous == anomalous)
      }
    }
  }

  /// With a second limit there are three verdicts, and the paper's own score is the mean of the worst hundredth of the map.
  @Test func twoLimitsAndTheOwnScore() throws {
    try workshop.withFolder { folder in
      let arguments = [
        "predict", "--model", workshop.model, "--out", folder, "\(workshop.data)/test/",
      ]
      let outcome = try workshop.run(arguments + ["--false-alarms", "1e-300", "--warn", "0.5"])
      outcome.expectSuccess()
      #expect(outcome.text.contains("0 of 6 images are anomalous, 3 uncertain; results are in"))
      #expect(outcome.text.contains("rarer than 1 in 13 good images"))
      for (index, record) in try PredictionLine.all(of: folder).enumerated() {
        #expect(record.verdict == (index < 3 ? "normal" : "uncertain") && record.anomalous == false)
        #expect(record.regions?.isEmpty == (index < 3))
      }
      try workshop.run(arguments + ["--score", "own"]).expectSuccess()
      let records = try PredictionLine.all(of: folder)
      for record in records {
        let map = try NPY.read("\(folder)/\(try #require(record.mapPath))")
        let worst = map.array(of: Float.self).map(Double.init).sorted(by: >).prefix(41)
        let score = try #require(record.score)
        #expect(abs(worst.reduce(0, +) / 41 - score) < 1e-5 * abs(score))
      }
      for wrong in [
        ["--warn", "0.01"], ["--warn", "0.2", "--threshold", "3"], ["--confidence", "1"],
      ] {
        try workshop.run(
          ["predict", "--model", workshop.model, "--out", folder, workshop.testImages[0]] + wrong
        ).expectFailure(2, naming: [wrong[0]])
      }
    }
  }

  /// Else a second run would judge the pictures that the first one drew.
  @Test func resultsAmongTheImagesAreNotJudged() throws {
    try workshop.withFolder { folder in
      try Workshop.write(Workshop.texture(seed: 1), to: "\(folder)/a.png")
      for _ in 0..<2 {
        let outcome = try CommandRun(
          ["predict", "--model", workshop.model, "--out", "results", "."], in: folder
        ).finish()
        outcome.expectSuccess()
        #expect(try PredictionLine.all(of: "\(folder)/results").map(\.path) == ["./a.png"])
      }
    }
  }

  @Test func namesThatMeet() throws {
    try workshop.withFolder { folder in
      let image = Workshop.texture(seed: 1)
      try Workshop.write(image, to: "\(folder)/in/a.png")
      try image.jpegData().write(to: URL(fileURLWithPath: "\(folder)/in/a.jpg"))
      try workshop.run([
        "predict", "--model", workshop.model, "--out", "\(folder)/out", "\(folder)/in",
      ])
      .expectSuccess()
      let records = try PredictionLine.all(of: "\(folder)/out")
      #expect(Set(records.compactMap(\.mapPath)).count == 2)
      for record in records { try record.expectFiles(in: "\(folder)/out") }
    }
  }

  /// Of an evaluation, whose report would tell of other images than the new predictions.
  @Test func nothingOfAnEarlierRunStays() throws {
    try workshop.withFolder { folder in
      try workshop.run([
        "evaluate", "--model", workshop.model, "--data", workshop.data, "--out", folder,
      ]).expectSuccess()
      let outcome = try workshop.run([
        "predict", "--model", workshop.model, "--out", folder, workshop.testImages[0],
      ])
      #expect(outcome.status == 0)
      #expect(
        outcome.complaints == [
          "warning: \(folder): the evaluation in it (report.html, metrics.json) is replaced by this run's results"
        ])
      let files = try FileManager.default.subpathsOfDirectory(atPath: folder)
        .filter { !ImageFolder.isFolder("\(folder)/\($0)") }.map {
          URL(fileURLWithPath: $0).lastPathComponent
        }
      let image = URL(fileURLWithPath: workshop.testImages[0]).deletingPathExtension()
        .lastPathComponent
      #expect(
        files.sorted() == [
          "\(image).npy", "\(image).png", "\(image).png", "predictions.jsonl", "run.json",
        ])
    }
  }

  @Test func placesThatResultsCannotTake() throws {
    let image = workshop.testImages[0]
    try workshop.run(["predict", "--model", workshop.model, "--out", workshop.model, image])
      .expectFailure(2, naming: [workshop.model, "a model", "another folder"])
    try workshop.run(["predict", "--model", workshop.model, "--out", image, image])
      .expectFailure(2, naming: [image, "a file", "another folder"])
  }
}

extension PredictionLine {
  /// The files that the line names are there, and are what they are called.
  func expectFiles(in folder: String) throws {
    let map = try #require(mapPath)
    #expect(map.hasPrefix("maps/") && map.hasSuffix(".npy"))
    #expect(try NPY.read("\(folder)/\(map)").dtype == .float32)
    for (path, place) in [(maskPath, "masks/"), (overlayPath, "overlays/")] {
      let path = try #require(path)
      #expect(path.hasPrefix(place))
      _ = try Image(contentsOf: "\(folder)/\(path)")
    }
  }
}

import ArgumentParser
import Blemish
import CommandInterface
import Foundation

extension PredictOptions: Work {
  /// Images that stand in a table on the terminal.
  private static let shown = 20

  func work() throws {
    try common.apply()
    Interruption.watch()
    let out = judging.out ?? ""
    let (samples, remarks) = try Samples.named(images, without: out)
    remarks.forEach(Console.remark)
    var model = try ModelBundle.load(
      judging.model ?? "", registry: .all, backbones: BackboneStore(), device: common.chosenDevice)
    model.decision = judging.deciding.decision
    model.scoreKind = judging.deciding.scoreKind
    try model.checkDecision()
    if let remark = PromiseReach(model.calibration)?.doubt(of: model.decision) {
      Console.remark(remark)
    }

    let results = try ResultFolder(out)
    if let remark = results.replacedEvaluation { Console.remark(remark) }
    var judged: [Line] = []
    let line = ProgressLine()
    defer { line.end() }
    let summary = try PredictionRun(
      model: model, results: results,
      check: { [out] in try Interruption.check("what was finished is in \(out)") }
    ).run(samples) {
      line.show($0)
      try Interruption.check("what was finished is in \(out)")
    } judged: { image, prediction in
      judged.append(Line(image.sample.address, prediction, model))
    }
    if judging.csv {
      try results.write(Data(CSV(results).description.utf8), to: ResultFolder.tableName)
    }
    let record = RunRecord(
      command: "predict", options: asUsed.record,
      facts: [
        "secondsPerImage": summary.millisecondsPerImage.map { .number($0 / 1000) } ?? .null,
        "shift": summary.shift?.record ?? .null,
      ])
    try results.write(record.encoded(), to: RunRecord.fileName)

    if common.json {
      try Console.result(Data(contentsOf: URL(fileURLWithPath: "\(out)/predictions.jsonl")))
    } else {
      var table = Table([
        Table.Column("score", .right), Table.Column("false alarms", .right),
        Table.Column("decision"), Table.Column("regions", .right), Table.Column("image"),
      ])
      for line in judged.sorted(by: { $0.isWorse(than: $1) }).prefix(Self.shown) {
        table.add(line.cells)
      }
      if judged.count > Self.shown {
        table.add(["...", "", "", "", "and \(judged.count - Self.shown) less unusual"])
      }
      if !judged.isEmpty {
        try Console.result(
          "\(table)\n\(summary.anomalous) of \(summary.judged) images are anomalous"
            + (model.decision.limits?.warning == nil ? "" : ", \(summary.uncertain) uncertain")
            + "; results are in \(out)")
      }
    }
    summary.tellShift(model: judging.model ?? "")
    try summary.throwIfSomeFailed()
  }

  private var asUsed: Self {
    var options = self
    options.common = common.asUsed
    options.judging.deciding = judging.deciding.asUsed
    return options
  }

  /// What the terminal shows of an image.
  private struct Line {
    let path: String
    let score: Float
    let verdict: Verdict
    let regions: Int
    let rarity: String?

    init(_ path: String, _ prediction: Prediction, _ model: Model) {
      self.path = path
      score = prediction.score
      verdict = prediction.verdict
      regions = prediction.regions.count
      // Beyond what the good images can show, an order of magnitude would only look like knowledge.
      let law = prediction.isExtrapolated ? model.calibration.scoreLaw : nil
      let least = law.map { log10($0.least(model.decision.confidence)) }
      rarity = (least ?? prediction.log10FalseAlarms).map {
        (least == nil ? "" : "rarer than ") + "\(Rarity(log10FalseAlarms: $0))"
      }
    }

    func isWorse(than other: Line) -> Bool { score > other.score }

    var cells: [String] {
      return [
        String(format: "%.4g", score), rarity ?? "", verdict.rawValue,
        "\(regions)", path,
      ]
    }
  }
}

extension PredictionRun.Summary {
  /// Warns where the images look unlike those that the model was calibrated on.
  func tellShift(model: String) {
    guard let shift, shift.isFound else { return }
    let remedy =
      switch shift.direction {
      case .higher: "renew the calibration with good images like these"
      case .lower:
        "were they among those that the model was trained on? If not, renew the calibration with good images like these"
      }
    Console.warning("\(shift): \(remedy), `blemish calibrate \(model) --good DIR`")
  }

  /// Names the images that are damaged, and those that could not be judged.
  func throwIfSomeFailed() throws {
    if turned > 0 {
      Console.remark(
        Remark(
          .fact,
          "\(turned) \(turned == 1 ? "image was" : "images were") turned as the EXIF orientation says"
        ))
    }
    for image in damaged { Console.warning("\(image.path): \(image.reason)") }
    if let first = strange.first {
      Console.warning(
        "\(first)\(strange.count > 1 ? " and \(strange.count - 1) more" : ""): the levels are not those of the model's"
          + " training images, so that it sees too dark or too bright a picture; give images of the same depth, or train"
          + " with --levels")
    }
    if let first = paged.first {
      Console.warning(
        "\(first)\(paged.count > 1 ? " and \(paged.count - 1) more" : ""): several pages or frames, of which the"
          + " first was judged")
    }
    guard !failures.isEmpty else { return }
    let total = failures.count + judged
    // One line is enough for one.
    if failures.count == 1 {
      throw SomeInputsFailed(failed: 1, total: total, reason: failures[0].reason)
    }
    for failure in failures { Console.warning(failure.reason) }
    throw SomeInputsFailed(failed: failures.count, total: total)
  }
}

/// The images that a command line names.
enum Samples {
  /// Files stand for themselves, whatever they are called; folders for all images in them and below, but for those in
  /// `results`: what an earlier run has drawn is nothing to judge.
  ///
  /// - Throws: ``InspectionError`` where there is no such file, or nothing in a folder.
  static func named(_ paths: [String], without results: String) throws -> (
    samples: [Sample], remarks: [Remark]
  ) {
    var remarks: [Remark] = []
    let samples = try paths.flatMap { path -> [Sample] in
      guard ImageFolder.isFolder(path) else {
        guard FileManager.default.fileExists(atPath: path) else {
          throw InspectionError(
            path, found: "there is no such file", remedy: "give images or folders of images",
            isUsage: true)
        }
        let name = URL(fileURLWithPath: path).lastPathComponent
        return [Sample(path: path, name: name, label: .unknown)]
      }
      let path = path.withoutTrailingSlashes
      let listing = try ImageFolder.listing(of: path, without: [results])
      remarks += listing.remarks
      guard !listing.images.isEmpty else {
        throw listing.missing("give images or folders of images (PNG, JPEG, ...)")
      }
      return listing.images.map { Sample(path: "\(path)/\($0)", name: $0, label: .unknown) }
    }
    return (samples, remarks)
  }
}

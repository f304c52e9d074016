import Datasets
import Fixtures
import Foundation
import Imaging
import Inspection
import Metrics
import Reports
import Testing
import Workbench
import WorkbenchFixtures

@Suite struct EvaluationReportTests {
  @Test func becomesAReport() throws {
    try withTemporaryFolder { folder in
      let dataset = try Cloth.dataset(in: "\(folder)/cloth & thread", good: 1, torn: 1)
      let model = try Cloth.model()
      let evaluation = try Evaluation(
        of: model, on: dataset, into: ResultFolder("\(folder)/results"))
      let report = try Report(evaluation, of: model)
      #expect(report.title == "cloth & thread")
      #expect(
        report.subtitle
          == "uflow, efficientnet_lite0, 64 x 64 pixels, trained on 16 good images")
      #expect(report.images.map(\.truth) == [.good, .defective("torn")])
      #expect(report.images.map { $0.groundTruth != nil } == [false, true])
      for inspected in report.images {
        for picture in [inspected.original, inspected.overlay, inspected.mask] {
          let image = try Image.decode(try #require(picture).bytes, name: inspected.name)
          #expect(image.width == 72 && image.height == 60)
        }
      }
      let html = try report.html()
      #expect(html.contains("cloth &amp; thread"))
      #expect(html.contains("<section class=\"broad\">\n<h2>Promises</h2>"))
      #expect(report.tables.map(\.heading) == ["Kinds of defect", "Promises"])
      #expect(report.details.map(\.heading) == ["What raised the alarm", "Further metrics"])
      #expect(report.details[1].rows.map(\.cells[0]).contains("PB2"))
      #expect(report.images.allSatisfy { $0.log10FalseAlarms != nil })
      for text in [
        "limit: 1 in 20 good images", "<h2>Detection against false alarms</h2>",
        "<h2>Precision against recall</h2>",
        "<dd>false alarms expected: 1 in 20 good images (calibrated null distribution, learned from",
        "<figcaption>Latents against the standard normal law</figcaption>",
        "<figcaption>Training</figcaption>", ">training images</text>",
      ] {
        #expect(html.contains(text), "\(text) is missing")
      }
    }
  }

  /// By each null distribution, each level, with what was observed of the same count.
  @Test func expectationsStandBesideWhatWasObserved() throws {
    try withTemporaryFolder { folder in
      let dataset = try Cloth.dataset(in: "\(folder)/data", good: 3, torn: 2)
      let evaluation = try Evaluation(of: Cloth.model(), on: dataset, into: ResultFolder(folder))
      let rows = evaluation.falseAlarmSection.rows.map(\.cells)
      #expect(rows.map { $0[0] } == Array(repeating: "calibrated", count: 6))
      #expect(rows.map { $0[1] } == ["10", "1", "0.2", "0.1", "0.05", "0.01"])
      // The other is shown where it decides.
      for null in [Decision.NullDistribution.theoretical, .corrected] {
        var model = try Cloth.model()
        model.decision = .falseAlarms(perImage: 0.05, null: null)
        let other = try Evaluation(of: model, on: dataset, into: nil)
        #expect(other.falseAlarmSection.rows.allSatisfy { $0.cells[0] == null.rawValue })
      }
      for (row, level) in zip(rows, evaluation.metrics.falseAlarms) {
        #expect(row[2].hasPrefix(String(format: "%.3f (", try #require(level.calibrated))))
        #expect(row[3] == level.regionVerdict?.description)
        #expect(row[4].hasPrefix(String(format: "%.3f (", try #require(level.alarmRate))))
        #expect(row[5] == level.imageVerdict?.description ?? "n/a")
        // Three images without an alarm leave rates up to 0.71 open.
        #expect(level.imageVerdict != .kept)
      }
      let note = evaluation.falseAlarmSection.note
      for text in [
        "The promise rests on 16 good images", "1 in 17 good images", "confidence of 0.95",
        "0.05 false alarms are rarer than 16 good images can show", "these 3 images",
      ] { #expect(note.contains(text), "\(text) is missing in \(note)") }

      let defects = evaluation.defectSection.rows.map(\.cells)
      #expect(defects.map { $0.prefix(3) } == [["torn", "2", "1.000"]])
      #expect(defects[0].count == evaluation.defectSection.columns.count)

      let torn = Dataset(
        name: "torn", training: [], test: dataset.test.filter { $0.label != .good })
      let onTorn = try Evaluation(of: Cloth.model(), on: torn, into: ResultFolder("\(folder)/torn"))
      #expect(
        onTorn.falseAlarmSection.rows.allSatisfy { $0.cells[2...5].allSatisfy { $0 == "n/a" } })
      #expect(onTorn.falseAlarmSection.note.contains("There are no good test images"))
      let good = Dataset(
        name: "good", training: [], test: dataset.test.filter { $0.label == .good })
      let onGood = try Evaluation(of: Cloth.model(), on: good, into: ResultFolder("\(folder)/good"))
      #expect(onGood.defectSection.rows.isEmpty)
      let report = try Report(onGood, of: Cloth.model())
      #expect(report.tables.map(\.heading) == ["Promises"])
      #expect(report.details.map(\.heading) == ["What raised the alarm", "Further metrics"])
    }
  }

  @Test func saysWhichMasksAreMissing() throws {
    try withTemporaryFolder { folder in
      _ = try Cloth.dataset(in: "\(folder)/data", good: 1, torn: 3)
      for name in try FileManager.default.subpathsOfDirectory(atPath: "\(folder)/data/ground_truth")
      where name.contains("001") {
        try FileManager.default.removeItem(atPath: "\(folder)/data/ground_truth/\(name)")
      }
      let dataset = try Dataset.open("\(folder)/data", home: folder)
      let evaluation = try Evaluation(of: Cloth.model(), on: dataset, into: nil)
      let note =
        "1 of 3 defective images have no mask: metrics of pixels and masks are computed without them."
      #expect(evaluation.maskNote == note)
      let html = try Report(evaluation, of: Cloth.model()).html()
      #expect(html.contains(note) && html.contains("<dd>2 of 3 defective images</dd>"))
    }
  }

  /// Good test images that look otherwise, judged by a renewed calibration.
  @Test func saysWhereImagesLookUnlikeThoseCalibratedOn() throws {
    try withTemporaryFolder { folder in
      try Cloth.weave.write(100..<124, to: "\(folder)/good")
      let model = try CalibrationRun(
        Cloth.model(), on: Dataset.open("\(folder)/good", home: folder)
      ).run()
      let paths = try Cloth.weave.write(300..<314, to: "\(folder)/odd", flaw: Cloth.flaw)
      let samples = paths.map { Sample(path: $0, name: $0, label: .good) }
      let report = { (count: Int) in
        let dataset = Dataset(name: "odd", training: [], test: Array(samples.prefix(count)))
        return try Report(Evaluation(of: model, on: dataset, into: nil), of: model).html()
      }
      let html = try report(14)
      #expect(html.contains("Beware: the good ones among these images look unlike"))
      #expect(html.contains("14 of 14 score above the median of 24 good ones"))
      #expect(html.contains("16 images to fit on, 16 to calibrate on"))
      #expect(html.contains(" on 24 good images of good (SHA-256 "))
      #expect(try !report(2).contains("Beware"))
    }
  }

  @Test func scalesAreATableWhereThereAreSome() throws {
    try withTemporaryFolder { folder in
      let dataset = try Cloth.dataset(in: "\(folder)/data", good: 1, torn: 2)
      var model = try Cloth.model()
      #expect(try Evaluation(of: model, on: dataset, into: nil).scaleSection.rows.count == 2)
      (model.decision, model.scoreKind) = (.threshold(0), .own)
      #expect(try Evaluation(of: model, on: dataset, into: nil).scaleSection.orNil == nil)
    }
  }
}

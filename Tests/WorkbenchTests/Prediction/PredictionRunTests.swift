import Datasets
import Fixtures
import Foundation
import Imaging
import Inspection
import Testing
import Torch
import Workbench

@Suite struct PredictionRunTests {
  private struct Stop: Error {}

  private static let keys = [
    "anomalous", "error", "label", "log10FalseAlarms", "mapPath", "maskPath", "overlayPath", "path",
    "regions",
    "score",
  ]

  private static func samples(_ paths: [String]) -> [Sample] {
    paths.map {
      Sample(path: $0, name: ($0 as NSString).lastPathComponent, label: .unknown)
    }
  }

  @Test func writesALineAndThreeFilesAnImage() throws {
    try withTemporaryFolder { folder in
      let paths =
        try Cloth.weave.write(100..<102, to: "\(folder)/good")
        + Cloth.weave.write(200..<202, to: "\(folder)/torn", flaw: Cloth.flaw)
      let model = try Cloth.model()
      let results = "\(folder)/re/sults"
      var reported: [Int] = []
      let summary = try PredictionRun(model: model, folder: results).run(
        Self.samples(paths), report: { reported.append($0.completed) })
      #expect(summary.judged == 4)
      #expect(summary.anomalous >= 2)
      #expect(summary.failures.isEmpty)
      #expect((summary.millisecondsPerImage ?? 0) > 0)
      #expect(reported == [1, 2, 3, 4])

      let lines = try Cloth.predictions(in: results)
      try #require(lines.count == 4)
      for (line, path) in zip(lines, paths) {
        #expect(line.keys.sorted() == Self.keys)
        #expect(line["path"] == .string(path))
        #expect(line["label"] == .string("unlabeled"))
        #expect(line["error"] == .null)
        let prediction = try model.predict(path)
        #expect(line["anomalous"] == .bool(prediction.isAnomalous))
        #expect(try line["regions"] == JSONValue(encoding: prediction.regions))
        #expect(try line["score"] == JSONValue(encoding: prediction.score))
        func file(_ key: String) throws -> String {
          guard case .string(let name)? = line[key] else { throw Stop() }
          return "\(results)/\(name)"
        }
        let map = try NPY.read(file("mapPath"))
        #expect(map.shape == [64, 64])
        #expect(map.array(of: Float.self) == prediction.map.values)
        let mask = try Image(contentsOf: file("maskPath"))
        #expect(mask.samples(of: UInt8.self) == prediction.mask().samples(of: UInt8.self))
        let overlay = try Image(contentsOf: file("overlayPath"))
        #expect((overlay.width, overlay.height, overlay.channels) == (72, 60, 3))
      }
      // Names that occur twice.
      #expect(lines[2]["mapPath"] == .string("maps/000-2.npy"))
    }
  }

  @Test func badImagesAreNamedAndTheRestIsDone() throws {
    try withTemporaryFolder { folder in
      var paths = try Cloth.weave.write(100..<103, to: "\(folder)/good")
      try write("no image", to: paths[1])
      paths.append("\(folder)/none.png")
      let summary = try PredictionRun(model: Cloth.model(), folder: folder).run(
        Self.samples(paths))
      #expect(summary.judged == 2)
      #expect(summary.failures.map(\.path) == [paths[1], paths[3]])
      let lines = try Cloth.predictions(in: folder)
      try #require(lines.map { $0["path"] } == paths.map { JSONValue.string($0) })
      #expect(lines.map { $0["error"] == .null } == [true, false, true, false])
      for (line, failure) in zip([lines[1], lines[3]], summary.failures) {
        #expect(line.keys.sorted() == Self.keys)
        #expect(line["error"] == .string(failure.reason))
        #expect(failure.reason.contains(failure.path))
      }
    }
  }

  @Test func whatWasFinishedStays() throws {
    try withTemporaryFolder { folder in
      let paths = try Cloth.weave.write(100..<106, to: "\(folder)/good")
      #expect(throws: Stop.self) {
        try PredictionRun(model: Cloth.model(), folder: folder).run(
          Self.samples(paths), report: { if $0.completed == 3 { throw Stop() } })
      }
      #expect(try Cloth.predictions(in: folder).count == 3)
    }
  }

  @Test func nothingToPredict() throws {
    try withTemporaryFolder { folder in
      let summary = try PredictionRun(model: Cloth.model(), folder: folder).run([])
      #expect(summary.judged == 0)
      #expect(summary.millisecondsPerImage == nil)
      #expect(try Cloth.predictions(in: folder).isEmpty)
    }
  }

  @Test func aFolderThatCannotBe() throws {
    try withTemporaryFolder { folder in
      try write("mine", to: "\(folder)/file")
      let error = #expect(throws: InspectionError.self) {
        try PredictionRun(model: Cloth.model(), folder: "\(folder)/file").run([])
      }
      #expect(error?.subject == "\(folder)/file")
      #expect(error?.remedy.isEmpty == false)
    }
  }
}

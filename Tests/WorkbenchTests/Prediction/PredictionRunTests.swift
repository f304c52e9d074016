import Datasets
import Fixtures
import Foundation
import Imaging
import Inspection
import Testing
import Torch
import Workbench
import WorkbenchFixtures

@Suite struct PredictionRunTests {
  private struct Stop: Error {}

  private static let keys = [
    "anomalous", "error", "extrapolated", "label", "limit", "log10FalseAlarms", "mapPath",
    "maskPath",
    "name", "overlayPath", "path", "regions", "score", "verdict",
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
      let summary = try PredictionRun(model: model, results: ResultFolder(results)).run(
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
        #expect(line["name"] == .string((path as NSString).lastPathComponent))
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
      let summary = try PredictionRun(model: Cloth.model(), results: ResultFolder(folder)).run(
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
        try PredictionRun(model: Cloth.model(), results: ResultFolder(folder)).run(
          Self.samples(paths), report: { if $0.completed == 3 { throw Stop() } })
      }
      #expect(try Cloth.predictions(in: folder).count == 3)
    }
  }

  @Test func nothingToPredict() throws {
    try withTemporaryFolder { folder in
      let summary = try PredictionRun(model: Cloth.model(), results: ResultFolder(folder)).run([])
      #expect(summary.judged == 0)
      #expect(summary.millisecondsPerImage == nil)
      #expect(try Cloth.predictions(in: folder).isEmpty)
    }
  }

  @Test func aFolderThatCannotBe() throws {
    try withTemporaryFolder { folder in
      try write("mine", to: "\(folder)/file")
      let error = #expect(throws: InspectionError.self) {
        try PredictionRun(model: Cloth.model(), results: ResultFolder("\(folder)/file")).run([])
      }
      #expect(error?.subject == "\(folder)/file")
      #expect(error?.remedy.isEmpty == false)
    }
  }

  private static func files(_ folder: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder).filter {
      !ImageFolder.isFolder("\(folder)/\($0)")
    }.sorted()
  }

  @Test func nothingOfAnEarlierRunStays() throws {
    try withTemporaryFolder { folder in
      let paths = try Cloth.weave.write(100..<103, to: "\(folder)/good")
      let results = "\(folder)/results"
      let model = try Cloth.model()
      let first = paths.enumerated().map {
        Sample(path: $1, name: "old/\($0)/a.png", label: .unknown)
      }
      _ = try PredictionRun(model: model, results: ResultFolder(results)).run(first)
      for name in ["metrics.json", "curves.json", "report.html", "predictions.csv"] {
        try write("{}", to: "\(results)/\(name)")
      }
      try write("{\"run\": {}}", to: "\(results)/run.json")
      // What others have put there is theirs, and so is what a damaged line points at.
      let foreign = ["notes.txt", "overlays/mine.png", "overlays/old/mine.txt", "overlays.png"]
      for name in foreign { try write("mine", to: "\(results)/\(name)") }
      try write("mine", to: "\(folder)/outside.png")
      let lines = try String(contentsOfFile: "\(results)/predictions.jsonl", encoding: .utf8)
      try write(
        lines + #"{"path":"x","label":"x","maskPath":"masks/../../outside.png"}"# + "\n{\"pa",
        to: "\(results)/predictions.jsonl")
      // A killed process was at a picture.
      try write("half", to: "\(results)/masks/old/1/.a.png.0abcdefghijkl.tmp")

      _ = try PredictionRun(model: model, results: ResultFolder(results)).run(
        Self.samples([paths[0]]))
      #expect(
        try Self.files(results)
          == (foreign + ["maps/000.npy", "masks/000.png", "overlays/000.png", "predictions.jsonl"])
          .sorted())
      #expect(FileManager.default.fileExists(atPath: "\(folder)/outside.png"))
      #expect(!FileManager.default.fileExists(atPath: "\(results)/masks/old"))
    }
  }

  @Test func inputsAreNotTakenForOldResults() throws {
    try withTemporaryFolder { folder in
      let paths = try Cloth.weave.write(100..<101, to: "\(folder)/good")
      let results = "\(folder)/results"
      let model = try Cloth.model()
      _ = try PredictionRun(model: model, results: ResultFolder(results)).run(Self.samples(paths))
      let error = #expect(throws: InspectionError.self) {
        try PredictionRun(model: model, results: ResultFolder(results)).run(
          Self.samples(["\(results)/overlays/000.png"]))
      }
      #expect(error?.subject == "\(results)/overlays/000.png")
      #expect(try Cloth.predictions(in: results).count == 1)

      try write("[1, 2]\n", to: "\(folder)/other/predictions.jsonl")
      let foreign = #expect(throws: InspectionError.self) {
        try PredictionRun(model: model, results: ResultFolder("\(folder)/other")).run([])
      }
      #expect(foreign?.subject == "\(folder)/other/predictions.jsonl")
    }
  }

  @Test func belongsToOneRun() throws {
    try withTemporaryFolder { folder in
      try withExtendedLifetime(ResultFolder(folder)) {
        let error = #expect(throws: InspectionError.self) { try ResultFolder(folder) }
        #expect(error?.subject == folder)
        #expect(error?.found.hasSuffix("(process \(getpid())) is writing to it") == true)
      }
      #expect(try Self.files(folder).isEmpty)
      // The lock of a dead process is no lock.
      try write("`blemish train` (process 1)\n", to: "\(folder)/.lock")
      _ = try ResultFolder(folder)
    }
  }
}

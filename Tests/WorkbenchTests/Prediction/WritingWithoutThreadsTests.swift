import Datasets
import Fixtures
import Foundation
import Inspection
import Testing
import Workbench
import WorkbenchFixtures

@Suite struct WritingWithoutThreadsTests {
  /// Where the system gives no thread, whoever hands results in writes them: as many as ever, in their order.
  @Test func resultsAreWrittenAllTheSame() throws {
    try withTemporaryFolder { folder in
      let paths = try Cloth.weave.write(100..<107, to: "\(folder)/good")
      let samples = paths.map { path in
        Sample(path: path, name: (path as NSString).lastPathComponent, label: .unknown)
      }
      let model = try Cloth.model()
      let results = try ResultFolder("\(folder)/results") { _ in false }
      let summary = try PredictionRun(model: model, results: results).run(samples)
      #expect(summary.judged == 7)
      let lines = try Cloth.predictions(in: "\(folder)/results")
      #expect(lines.map { $0["path"] } == paths.map { JSONValue.string($0) })
      let pictures = try FileManager.default.subpathsOfDirectory(atPath: "\(folder)/results")
        .filter { $0.hasSuffix(".png") || $0.hasSuffix(".npy") }
      #expect(pictures.count == 21)
    }
  }
}

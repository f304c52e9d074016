import DetectorConformance
import Foundation
import Inspection
import Testing

/// The detector of the article "Writing a detector": it keeps the laws, and is what the article shows.
@Suite struct PixelDeviationTests {
  @Test func keepsTheLaws() throws {
    try DetectorCheck(PixelDeviation()).check()
  }

  @Test func theArticleShowsIt() throws {
    let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let program = try String(
      contentsOf: here.appending(path: "PixelDeviation.swift"), encoding: .utf8)
    let article = try String(
      contentsOf: here.appending(
        path: "../../Sources/Inspection/Inspection.docc/WritingADetector.md"), encoding: .utf8)
    #expect(article.contains("```swift\n\(program)```"))
  }
}

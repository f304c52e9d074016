import Foundation
import Testing

/// How a run of the command ended.
struct CommandOutcome {
  let status: Int32
  let wasKilled: Bool
  let output: Data
  let errors: String

  var text: String { String(decoding: output, as: UTF8.self) }
  var lines: [String] { errors.split(separator: "\n").map(String.init) }
  /// Lines of trouble, without those on progress, and without the one that every small training has.
  var complaints: [String] {
    lines.filter { line in
      (line.hasPrefix("error: ") || line.hasPrefix("warning: ")) && !line.contains(Self.smallness)
    }
  }
  private static let smallness = "good images can show by counting"

  /// One line of trouble that names `words`, the exit code, and no results.
  func expectFailure(
    _ code: Int32, naming words: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(status == code && !wasKilled, "\(errors)", sourceLocation: sourceLocation)
    #expect(complaints.count == 1, "\(errors)", sourceLocation: sourceLocation)
    #expect(lines.last?.hasPrefix("error: ") == true, "\(errors)", sourceLocation: sourceLocation)
    for word in words {
      #expect(lines.last?.contains(word) == true, "\(errors)", sourceLocation: sourceLocation)
    }
    #expect(text.isEmpty, sourceLocation: sourceLocation)
    expectOrder(sourceLocation: sourceLocation)
  }

  func expectSuccess(sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(status == 0 && !wasKilled, "\(errors)", sourceLocation: sourceLocation)
    #expect(complaints.isEmpty, "\(errors)", sourceLocation: sourceLocation)
    expectOrder(sourceLocation: sourceLocation)
  }

  /// Nothing but trouble and progress is said, and no more progress than a log can bear.
  private func expectOrder(sourceLocation: SourceLocation) {
    let stages = [
      "features: ", "training: ", "kernels of hop ", "Gaussians: ", "ranges: ", "calibration: ",
      "predicting: ", "fetching ", "reading: ", "fold ", "folds: ",
    ]
    let progress = lines.filter { line in stages.contains(where: line.hasPrefix) }
    // What was taken of the data, and what was not.
    let facts = [
      " good images in ", " taken as good", " left out", ": counts as good", "no ground_truth",
      Self.smallness,
    ]
    let told = lines.filter { line in
      facts.contains(where: line.contains) && !complaints.contains(line)
    }
    #expect(
      progress.count + complaints.count + told.count == lines.count, "\(errors)",
      sourceLocation: sourceLocation)
    #expect(progress.count < 15, "\(errors)", sourceLocation: sourceLocation)
  }

  /// The results as JSON; nothing else may stand beside them.
  func json() throws -> Any { try JSONSerialization.jsonObject(with: output) }
}

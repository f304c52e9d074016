import Blemish
import Foundation
import Testing

/// The parts of a detector, from the command line.
@Suite struct AblateTests {
  let workshop: Workshop

  init() throws { workshop = try Workshop.shared.get() }

  private static let quick = [
    "patchSizes=[32]", "window=64", "width=0.125", "dimensions=8", "clusters=3", "epochs=1",
    "pairs=8", "stride=16",
  ].flatMap { ["--set", $0] }

  @Test func comparesAndRepeats() throws {
    try workshop.withFolder { folder in
      let outcome = try workshop.run(
        [
          "ablate", "pedenet", "--data", workshop.data, "--seeds", "0,1", "--variants",
          "without-density", "--out", "\(folder)/parts", "--image-size", "64",
        ] + Self.quick)
      #expect(outcome.status == 0 && outcome.complaints.isEmpty, "\(outcome.errors)")
      #expect(outcome.lines.contains("whole: run 1/2: pedenet, data, seed 0"))
      #expect(outcome.text.contains("without-density"))
      let summary = try String(contentsOfFile: "\(folder)/parts/summary.md", encoding: .utf8)
      #expect(summary.contains("| without-density | no density loss | data | 2 |"))
      #expect(summary.contains(" ± "))

      let again = try workshop.run(["ablate", "--config", "\(folder)/parts/run.json"])
      #expect(again.status == 0, "\(again.errors)")
      #expect(again.lines.count { $0.hasSuffix("taken as it is") } == 4)
    }
  }

  @Test func whatCannotBeIsNamed() throws {
    let arguments = ["--data", workshop.data, "--out", "parts"]
    for (name, more, words) in [
      ("padim", [], ["padim", "pedenet"]),
      ("pedenet", ["--variants", "without-wheels"], ["without-wheels", "without-location"]),
    ] {
      try workshop.run(["ablate", name] + arguments + more).expectFailure(2, naming: words)
    }
  }
}

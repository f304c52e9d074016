import Blemish
import Foundation
import Testing

/// Benchmarks that are ended at any time, and go on.
@Suite struct BenchmarkTests {
  let workshop: Workshop

  init() throws { workshop = try Workshop.shared.get() }

  private func arguments(
    _ folder: String, data: String? = nil, seeds: String = "0,1", _ more: [String] = []
  ) -> [String] {
    [
      "benchmark", "--data", data ?? workshop.data, "--seeds", seeds, "--out", "\(folder)/results",
      "--image-size", "64", "--set", "epochs=1", "--set", "taps=[8,16]",
    ] + more
  }

  private func row(_ folder: String, _ data: String = "data", seed: Int) -> String {
    "\(folder)/results/runs/uflow/\(data)/seed-\(seed)/row.json"
  }

  private func bytes(_ path: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path))
  }

  @Test func goesOnAfterAKill() throws {
    try workshop.withFolder { folder in
      let run = try CommandRun(arguments(folder), in: workshop.folder)
      try run.wait(for: "run 2/2: uflow, data, seed 1")
      run.send(SIGKILL)
      #expect(try run.finish().wasKilled)
      let first = try bytes(row(folder, seed: 0))
      #expect(!FileManager.default.fileExists(atPath: row(folder, seed: 1)))
      let summary = try String(contentsOfFile: "\(folder)/results/summary.md", encoding: .utf8)
      #expect(summary.contains("1 of 2 runs done."))

      let rest = try workshop.run(arguments(folder, ["--json"]))
      #expect(rest.status == 0 && rest.complaints.isEmpty, "\(rest.errors)")
      #expect(rest.lines.contains("uflow, data, seed 0: taken as it is"))
      #expect(rest.lines.contains("run 2/2: uflow, data, seed 1"))
      #expect(!rest.lines.contains { $0.hasPrefix("run 1/2") })
      #expect(try bytes(row(folder, seed: 0)) == first)
      let rows = try #require(try rest.json() as? [[String: Any]])
      #expect(rows.compactMap { $0["status"] as? String } == ["done", "done"])
      for metrics in rows.map({ $0["metrics"] as? [String: Any] }) {
        #expect(metrics?["imageAUROC"] is Double)
      }

      // Its record repeats it: there is nothing left to do.
      let again = try workshop.run(["benchmark", "--config", "\(folder)/results/run.json"])
      #expect(again.status == 0)
      #expect(
        again.lines.filter { $0.hasPrefix("uflow, ") }
          == (0...1).map { "uflow, data, seed \($0): taken as it is" })
      // What was taken of the data is told, too.
      #expect(again.lines.count { $0.contains(" good images in ") } == 1, "\(again.errors)")
      #expect(again.text.hasSuffix("The summary is \(folder)/results/summary.html\n"))
    }
  }

  @Test func anInterruptionKeepsWhatIsFinished() throws {
    try workshop.withFolder { folder in
      let run = try CommandRun(arguments(folder), in: workshop.folder)
      try run.wait(for: "run 2/2: uflow, data, seed 1")
      run.send(SIGINT)
      let outcome = try run.finish()
      #expect(outcome.status == 130)
      #expect(outcome.lines.last?.contains("run the same command again") == true)
      #expect(FileManager.default.fileExists(atPath: row(folder, seed: 0)))
    }
  }

  @Test func twoInOneFolder() throws {
    try workshop.withFolder { folder in
      let slow = arguments(folder, seeds: "0", ["--set", "epochs=100000"])
      let run = try CommandRun(slow, in: workshop.folder)
      try run.wait(for: "training: ")
      try workshop.run(arguments(folder))
        .expectFailure(1, naming: ["\(folder)/results", "`blemish benchmark` (process ", "wait"])
      run.send(SIGKILL)
      _ = try run.finish()
      // The lock went with the process.
      let next = try workshop.run(arguments(folder, seeds: "0"))
      #expect(next.status == 0, "\(next.errors)")
    }
  }

  @Test func aRunThatFailsIsNamed() throws {
    try workshop.withFolder { folder in
      let broken = "\(folder)/broken"
      try FileManager.default.copyItem(atPath: workshop.data, toPath: broken)
      let image = "\(broken)/train/good/5.png"
      try bytes(image).prefix(2000).write(to: URL(fileURLWithPath: image))
      let outcome = try workshop.run(
        arguments(folder, data: "\(broken),\(workshop.data)", seeds: "0"))
      #expect(outcome.status == 1)
      #expect(outcome.complaints.count == 2, "\(outcome.errors)")
      #expect(outcome.complaints.first?.contains(image) == true)
      #expect(outcome.complaints.last == "error: 1 of 2 runs failed")
      #expect(outcome.text.contains("failed"))
      #expect(FileManager.default.fileExists(atPath: row(folder, "broken", seed: 0)))
      #expect(FileManager.default.fileExists(atPath: row(folder, seed: 0)))
    }
  }

  /// The process of a run is killed, as the system does where memory runs out.
  @Test func aRunThatDiesIsARow() throws {
    try workshop.withFolder { folder in
      let run = try CommandRun(arguments(folder), in: workshop.folder)
      try run.wait(for: "run 1/2: uflow, data, seed 0")
      let child = try #require(try run.child())
      kill(child, SIGKILL)
      let outcome = try run.finish()
      #expect(outcome.status == 1)
      #expect(
        outcome.complaints.contains {
          $0.hasPrefix("warning: uflow, data, seed 0: its process was killed")
        }, "\(outcome.errors)")
      #expect(outcome.complaints.last == "error: 1 of 2 runs failed")
      let row = try JSONDecoder().decode(BenchmarkRow.self, from: bytes(row(folder, seed: 0)))
      #expect(row.status == .failed && row.metrics == nil)
      #expect(row.error?.contains("signal 9") == true)
      let other = try JSONDecoder().decode(
        BenchmarkRow.self, from: bytes(self.row(folder, seed: 1)))
      #expect(other.status == .done)
    }
  }

  @Test func runsEndWithTheBenchmark() throws {
    try workshop.withFolder { folder in
      let slow = arguments(folder, seeds: "0", ["--set", "epochs=100000"])
      let run = try CommandRun(slow, in: workshop.folder)
      try run.wait(for: "training: ")
      let child = try #require(try run.child())
      run.send(SIGTERM)
      #expect(try run.finish().status == 130)
      #expect(kill(child, 0) == -1 && errno == ESRCH)
      #expect(!FileManager.default.fileExists(atPath: row(folder, seed: 0)))
    }
  }

  @Test func thePapersProtocolSaysSo() throws {
    try workshop.withFolder { folder in
      let outcome = try workshop.run(
        arguments(folder, seeds: "0", ["--protocol", "paper", "--keep-models"]))
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.text.contains("paper, selected on test data"))
      let model = "\(folder)/results/runs/uflow/data/seed-0/model"
      try workshop.run(["info", model]).expectSuccess()
    }
  }
}

import Foundation
import Inspection
import Testing
import Torch
import Workbench

@Suite struct RunRecordTests {
  private static func decoded(_ record: RunRecord) throws -> [String: JSONValue] {
    try JSONDecoder().decode(JSONValue.self, from: record.encoded()).members
  }

  @Test func optionsStandOnTop() throws {
    var record = RunRecord(
      command: "train", options: ["data": .string("elpv:mono"), "epochs": .integer(3)],
      facts: ["threads": .integer(99)])
    record.facts["seconds"] = ["fitting": 1.23456, "hashing": 0.0004].asTimings
    var members = try Self.decoded(record)
    let run = members.removeValue(forKey: RunRecord.recordKey)?.members ?? [:]
    #expect(members == record.options)
    #expect(
      run.keys.sorted() == [
        "blemish", "command", "finished", "libtorch", "peakMemoryMB", "processor", "seconds",
        "threads",
      ])
    #expect(run["command"] == .string("train"))
    #expect(run["blemish"] == .string(PackageVersion.current))
    #expect(run["libtorch"] == .string(Machine.torchVersion))
    #expect(run["processor"] == .string(Hardware.processor))
    #expect(run["seconds"] == .object(["fitting": .number(1.235), "hashing": .integer(0)]))
    // What the run itself tells counts.
    #expect(run["threads"] == .integer(99))
    guard case .string(let finished)? = run["finished"] else {
      Issue.record("no time")
      return
    }
    let time = try Date(finished, strategy: .iso8601)
    #expect(abs(time.timeIntervalSinceNow) < 60)
  }

  @Test func recordsItsMachine() throws {
    let run = try Self.decoded(RunRecord(command: "predict", options: [:]))["run"]?.members
    #expect(run?["threads"] == .integer(Machine.threads))
    let processor = Hardware.processor
    #expect(processor.contains(" core"))
    #expect(processor.hasSuffix(Machine.cpuCapability))
    #expect(!processor.contains("\n"))
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/status"), "Linux tells"))
  func peakMemoryGrowsWithUse() throws {
    let before = try #require(Hardware.peakMemory)
    #expect(before > 1)
    let block = [UInt8](repeating: 1, count: Int(before * 1_000_000) + 50_000_000)
    let after = try #require(Hardware.peakMemory)
    #expect(after >= before + 40)
    withExtendedLifetime(block) {}
  }
}

import Inspection

extension BenchmarkSummary {
  var title: String {
    "\(detectors.joined(separator: ", ")) on \(planned.map(\.data).distinct.joined(separator: ", "))"
  }

  /// How many of the planned runs there are.
  var progress: String {
    let done = rows.count - failed.count
    return "\(done) of \(planned.count) runs done"
      + (failed.isEmpty ? "." : ", \(failed.count) failed.")
  }

  /// What the figures were made with.
  var circumstances: [Report.Row] {
    guard let plan = planned.first else { return [] }
    let settings = planned.map { "\($0.detector): \($0.settings.plain)" }.distinct
    func list<T: Hashable>(_ values: [T]) -> String {
      values.distinct.map { "\($0)" }.joined(separator: "; ")
    }
    let hashes = planned.compactMap { condition in
      condition.dataSHA256.map { "\(condition.data) \($0.prefix(12))" }
    }
    let rows = [
      Report.Row("Protocol", "\(plan.protocol.rawValue): \(plan.protocol.meaning)"),
      Report.Row(
        "Epochs",
        list(
          rows.compactMap(\.selection).map {
            $0.hasPrefix("selected") ? "selected on test data" : $0
          })),
      Report.Row("Image size", "\(plan.width) x \(plan.height) pixels, whole images"),
      Report.Row("Held out", "\(Digits.significant(plan.holdOut * 100, 3)) % of the good images"),
      Report.Row("Seeds", planned.map(\.seed).distinct.map { "\($0)" }.joined(separator: ", ")),
      Report.Row("Settings", settings.joined(separator: "; ")),
      Report.Row("Data (SHA-256)", list(hashes)),
      Report.Row("Papers' figures", remarkOnPapers),
      Report.Row("Device", plan.device),
      Report.Row("Made on", list(rows.map { "\($0.processor), \($0.threads) threads" })),
      Report.Row(
        "Versions", list(rows.map { "Blemish \($0.conditions.blemish), libtorch \($0.libtorch)" })),
    ]
    return rows.filter { !$0.value.isEmpty }
  }

  package var markdown: String {
    let facts = circumstances.map { "- \($0.name): \($0.value)" }.joined(separator: "\n")
    return (["# \(title)\n\n\(progress)\n\n\(facts)\n"] + tables.map(\.markdown))
      .joined(separator: "\n")
  }
}

extension JSONValue {
  /// The value on one line, without quotes and braces.
  fileprivate var plain: String {
    switch self {
    case .null: "none"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let value): value
    case .array(let values): values.isEmpty ? "none" : values.map(\.plain).joined(separator: "+")
    case .object(let members):
      members.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.plain)" }
        .joined(separator: ", ")
    }
  }
}

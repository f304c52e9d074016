import Inspection

extension BenchmarkSummary {
  /// One line a run, a column for each figure, in full precision.
  package var csv: String {
    let evaluations = rows.map { Self.flat($0.metrics) }
    let keys = Set(evaluations.flatMap(\.keys)).sorted()
    let stages = Set(rows.flatMap(\.seconds.keys)).sorted()
    let head =
      ["detector", "data", "seed", "protocol", "status", "selectedOnTestData"] + keys
      + stages.map { "seconds.\($0)" } + [
        "peakMemoryMB", "threads", "processor", "dataSHA256", "error",
      ]
    let lines = zip(rows, evaluations).map { row, metrics in
      let conditions = row.conditions
      return [
        conditions.detector, conditions.data, "\(conditions.seed)", conditions.protocol.rawValue,
        row.status.rawValue, "\(row.selectedOnTestData)",
      ] + keys.map { Self.text(metrics[$0]) } + stages.map { Self.text(row.seconds[$0]) }
        + [
          Self.text(row.peakMemoryMB), "\(row.threads)", row.processor,
          conditions.dataSHA256 ?? Digits.undefined, row.error ?? "",
        ]
    }
    return ([head] + lines).map { $0.map(Self.quoted).joined(separator: ",") + "\n" }.joined()
  }

  private static func text(_ value: Double?) -> String {
    guard let value, value.isFinite else { return Digits.undefined }
    return value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }

  /// RFC 4180.
  private static func quoted(_ text: String) -> String {
    text.contains(where: { ",\"\r\n".contains($0) || $0.isNewline })
      ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
  }

  /// All numbers with their paths: `imageAUROC`, `defects.scratch.detectionRate`, and `falseAlarms.0.1.calibrated` for the
  /// level at which 0.1 is promised.
  private static func flat(_ value: JSONValue, _ path: String = "") -> [String: Double] {
    func inner(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
    switch value {
    case .object(let members):
      return members.reduce(into: [:]) { numbers, member in
        numbers.merge(flat(member.value, inner(member.key))) { $1 }
      }
    case .array(let values):
      return values.enumerated().reduce(into: [:]) { numbers, item in
        let promised = item.element.members["promised"]?.asNumber.map { "\($0)" }
        numbers.merge(flat(item.element, inner(promised ?? "\(item.offset)"))) { $1 }
      }
    // A figure that is undefined everywhere still has its column.
    case .null: return path.isEmpty ? [:] : [path: .nan]
    default: return value.asNumber.map { [path: $0] } ?? [:]
    }
  }
}

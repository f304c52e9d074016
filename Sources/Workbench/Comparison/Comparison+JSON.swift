import Inspection
import Metrics

extension Comparison {
  /// All that is compared, for programs.
  public var json: JSONValue {
    .object([
      "runs": .array(
        runs.map { run in
          .object([
            "name": .string(run.name), "folder": .string(run.results.folder),
            "data": run.results.data.map(JSONValue.string) ?? .null,
            "model": run.results.model.map(JSONValue.string) ?? .null,
            "images": .integer(run.results.images.count { $0.score != nil }),
            "absent": .array(run.absent.map { .string($0.name) }),
          ])
        }),
      "figures": .object(
        Dictionary(uniqueKeysWithValues: figureRows.map { ($0.metric.key, Self.json($0)) })),
      "decisions": .array(runs.indices.dropFirst().map(decisions)),
      "images": .array(images.map(Self.json)),
    ])
  }

  private static func json(_ row: FigureRow) -> JSONValue {
    let number = { (value: Double?) in value.map(JSONValue.number) ?? .null }
    return .object([
      "better": .string(row.metric.better.rawValue),
      "values": .array(row.values.map(number)),
      "differences": .array(row.values.indices.map { number(row.difference($0)) }),
      "best": .array(row.best.map(JSONValue.integer)),
    ])
  }

  private func decisions(_ other: Int) -> JSONValue {
    func json(_ counts: PairedOutcomes) -> JSONValue {
      .object([
        "both": .integer(counts.both), "onlyFirst": .integer(counts.onlyFirst),
        "onlySecond": .integer(counts.onlySecond), "neither": .integer(counts.neither),
        "mcnemarP": .number(counts.test.pValue),
      ])
    }
    return .object([
      "first": .string(runs[0].name), "second": .string(runs[other].name),
      "all": json(contingency(with: other)),
      "defective": json(contingency(with: other, where: \.isDefective)),
      "good": json(contingency(with: other) { !$0.isDefective }),
    ])
  }

  private static func json(_ image: ComparedImage) -> JSONValue {
    .object([
      "name": .string(image.identity.name), "label": .string(image.identity.label),
      "disagreement": .number(image.disagreement),
      "runs": .array(
        image.judgements.map {
          .object([
            "score": .number($0.score), "anomalous": .bool($0.isAnomalous),
            "standing": .number($0.standing), "rank": .number($0.rank),
          ])
        }),
    ])
  }
}

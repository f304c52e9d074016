import Blemish
import Foundation

/// What all runs of a file come to, pooled over seeds, in Markdown.
struct PromiseTables {
  private let rows: [PromiseRow]
  private let groups: [Group]

  init(_ rows: [PromiseRow]) {
    self.rows = rows
    var kinds: [PromiseConditions] = []
    for row in rows where row.found != nil && !kinds.contains(row.conditions.withoutSeed) {
      kinds.append(row.conditions.withoutSeed)
    }
    groups = kinds.map { kind in
      Group(
        conditions: kind,
        seeds: rows.filter { $0.conditions.withoutSeed == kind }.compactMap(\.found))
    }.sorted { first, second in
      // Sets and detectors as they were first met, the fewest images first.
      func place(_ group: Group, _ key: KeyPath<PromiseConditions, String>) -> Int? {
        kinds.firstIndex { $0[keyPath: key] == group.conditions[keyPath: key] }
      }
      for key in [\PromiseConditions.data, \.detector] {
        let (a, b) = (place(first, key), place(second, key))
        if let a, let b, a != b { return a < b }
      }
      return (first.conditions.images, first.conditions.options.text)
        < (second.conditions.images, second.conditions.options.text)
    }
  }

  var markdown: String {
    guard !groups.isEmpty else { return "No run has finished.\n" + failures }
    let promises = Set(groups.flatMap { $0.seeds.flatMap { $0.levels.map(\.promise) } })
      .sorted(by: >)
    let parts = [origin, summary(promises)] + promises.map(table) + [costs, failures]
    return parts.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  /// Which builds the figures are of.
  private var origin: String {
    var commits: [String] = []
    for row in rows where row.found != nil {
      let commit = row.commit ?? "an unknown state"
      if !commits.contains(commit) { commits.append(commit) }
    }
    let mixed = commits.count > 1 ? " The rows are of different states of the source." : ""
    return "Measured with \(commits.joined(separator: ", ")).\(mixed)\n"
  }

  /// The runs of one kind from 20 images on, over sets and numbers of images.
  private func summary(_ promises: [Double]) -> String {
    let fewest = 20
    let counted = groups.filter { $0.conditions.images >= fewest }
    var detectors: [(name: String, options: String)] = []
    for group in counted {
      let name = (group.conditions.detector, group.conditions.options.text)
      if !detectors.contains(where: { $0 == name }) { detectors.append(name) }
    }
    let lines = detectors.flatMap { detector in
      promises.compactMap { promise -> [String]? in
        let levels = counted.filter {
          $0.conditions.detector == detector.name && $0.conditions.options.text == detector.options
        }.compactMap { PooledLevel($0.seeds, promise: promise) }
        func count(_ verdict: PromiseVerdict) -> String {
          "\(levels.count { $0.imageVerdict == verdict })"
        }
        let losses = levels.compactMap { level -> Double? in
          guard let oracle = level.oracle, let detected = level.detected else { return nil }
          return oracle - detected
        }
        return [
          detector.name, detector.options, "\(promise)", "\(levels.count)", count(.kept),
          count(.tooFewToTell), count(.notKept), Text.ratio(mean(levels.compactMap(\.alarmMean))),
          Text.ratio(mean(levels.compactMap(\.alarmDeviation))), Text.ratio(losses.max()),
        ]
      }
    }
    guard !lines.isEmpty else { return "" }
    return "### From \(fewest) images on\n\n"
      + Text.table(
        [
          "detector", "options", "promise", "rows", "kept", "too few to tell", "not kept",
          "good images that alarm, mean of rows", "deviation over seeds, mean of rows",
          "largest loss to the oracle",
        ], lines)
  }

  private func table(_ promise: Double) -> String {
    let lines = groups.compactMap { group -> [String]? in
      guard let level = PooledLevel(group.seeds, promise: promise) else { return nil }
      return group.names + [
        Text.interval(level.alarms?.rate, level.alarms?.lower, level.alarms?.upper),
        level.imageVerdict?.description ?? Text.undefined, Text.ratio(level.alarmDeviation),
        Text.interval(level.regions?.rate, level.regions?.lower, level.regions?.upper),
        level.regionVerdict?.description ?? Text.undefined, Text.ratio(level.detected),
        Text.ratio(level.oracle), Text.ratio(mean(group.seeds.compactMap(\.imageAUROC))),
        Text.ratio(mean(group.seeds.compactMap(\.decisionAUROC))),
      ]
    }
    return "### Promised: \(promise)\n\n"
      + Text.table(
        Group.columns + [
          "good images that alarm", "kept", "deviation over seeds", "regions in a good image",
          "kept", "detected", "oracle", "image AUROC", "of the decision",
        ], lines)
  }

  private var costs: String {
    let lines = groups.map { group in
      let seeds = group.seeds
      func seconds(_ stage: String) -> String {
        Text.decimal(mean(seeds.compactMap { $0.seconds[stage] }))
      }
      func images(_ count: KeyPath<PromiseRow.Findings, Int>) -> String {
        mean(seeds.map { Double($0[keyPath: count]) }).map { String(format: "%g", $0) }
          ?? Text.undefined
      }
      let judging = seeds.compactMap { seed in
        seed.processorSeconds["judging"].map { $0 * 1000 / Double(seed.good + seed.defective) }
      }
      return group.names + [
        images(\.fittingImages), images(\.calibrationImages), seconds("reading"),
        seconds("fitting"), seconds("calibration"),
        Text.decimal(mean(seeds.compactMap { $0.processorSeconds["training"] })),
        Text.decimal(mean(judging)),
      ]
    }
    return "### Cost\n\nMeans over seeds, in seconds. Other work on the machine is in all but"
      + " processor time.\n\n"
      + Text.table(
        Group.columns + [
          "fitted on", "calibrated on", "reading", "fitting", "calibration",
          "processor time of all three", "processor time of judging an image (ms)",
        ], lines)
  }

  private var failures: String {
    let lines = rows.filter { $0.found == nil }.map { "- \($0.summary)\n" }
    return lines.isEmpty ? "" : "### Failed\n\n" + lines.joined()
  }

  /// The seeds of one kind of run.
  fileprivate struct Group {
    let conditions: PromiseConditions
    let seeds: [PromiseRow.Findings]

    static let columns = ["data", "detector", "options", "images", "seeds"]

    var names: [String] {
      let isAll = seeds.allSatisfy { $0.available == conditions.images }
      return [
        conditions.data, conditions.detector, conditions.options.text,
        "\(conditions.images)\(isAll ? " (all)" : "")", "\(seeds.count)",
      ]
    }
  }
}

/// What several seeds found at one promise.
private struct PooledLevel {
  private let promise: Double
  /// Share of good images that alarm; nil where the seeds did not judge equally many.
  let alarms: BinomialInterval?
  /// Regions in a good image; nil likewise.
  let regions: PoissonInterval?
  /// Share of good images that alarm over seeds: mean, and sample standard deviation, nil of a single one.
  let alarmMean: Double?
  let alarmDeviation: Double?
  /// Mean share of defective images that alarm.
  let detected: Double?
  /// As ``detected``, with the threshold that knows the good test images.
  let oracle: Double?

  init?(_ seeds: [PromiseRow.Findings], promise: Double) {
    let pairs = seeds.compactMap { seed in
      seed.levels.first { $0.promise == promise }.map { (seed: seed, level: $0) }
    }
    guard let good = pairs.first?.seed.good else { return nil }
    self.promise = promise
    let isComparable = pairs.allSatisfy { $0.seed.good == good }
    let alarmed = pairs.map { pair in
      Dictionary(pair.level.alarms.map { ($0, 1) }, uniquingKeysWith: max)
    }
    alarms = isComparable ? RepeatedCounts(alarmed, images: good)?.alarmRate : nil
    regions =
      isComparable ? RepeatedCounts(pairs.map(\.level.regions), images: good)?.perImage : nil
    let rates = pairs.map { Double($0.level.alarms.count) / Double($0.seed.good) }
    let center = mean(rates)
    alarmMean = center
    alarmDeviation = center.flatMap { center in
      let squares = rates.reduce(0) { $0 + ($1 - center) * ($1 - center) }
      return rates.count > 1 ? (squares / Double(rates.count - 1)).squareRoot() : nil
    }
    detected = mean(
      pairs.filter { $0.seed.defective > 0 }.map {
        Double($0.level.detected) / Double($0.seed.defective)
      })
    oracle = mean(pairs.compactMap(\.level.oracle))
  }

  var imageVerdict: PromiseVerdict? {
    alarms.map { PromiseVerdict(promise: promise, lower: $0.lower, upper: $0.upper) }
  }
  var regionVerdict: PromiseVerdict? {
    regions.map { PromiseVerdict(promise: promise, lower: $0.lower, upper: $0.upper) }
  }
}

private func mean(_ values: [Double]) -> Double? {
  values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
}

extension PromiseConditions {
  fileprivate var withoutSeed: PromiseConditions {
    var kind = self
    kind.seed = 0
    return kind
  }
}

/// Numbers and tables in Markdown.
private enum Text {
  static let undefined = "n/a"

  static func ratio(_ value: Double?) -> String {
    value.map { String(format: "%.3f", $0) } ?? undefined
  }

  static func decimal(_ value: Double?) -> String {
    value.map { String(format: "%.1f", $0) } ?? undefined
  }

  static func interval(_ value: Double?, _ lower: Double?, _ upper: Double?) -> String {
    value == nil ? undefined : "\(ratio(value)) (\(ratio(lower)) to \(ratio(upper)))"
  }

  /// Without the columns that are empty in all rows.
  static func table(_ columns: [String], _ rows: [[String]]) -> String {
    let kept = columns.indices.filter { column in rows.contains { !$0[column].isEmpty } }
    let lines =
      [kept.map { columns[$0] }, kept.map { _ in "---" }] + rows.map { row in kept.map { row[$0] } }
    return lines.map { "| \($0.joined(separator: " | ")) |\n" }.joined()
  }
}

extension Report {
  /// The report as one HTML document that needs nothing beside it: no network, no other file.
  ///
  /// Throws where the template cannot be parsed.
  public func html() throws -> String {
    try Templates.render("report", view)
  }

  /// What the template asks for, by name.
  private var view: [String: Any] {
    let histogram = Histogram(entries, along: scale)
    let view: [String: Any?] = [
      "title": title,
      "subtitle": subtitle,
      "summary": summary,
      "figures": figures.map {
        ["name": $0.name, "value": $0.text, "meaning": $0.meaning]
      },
      "hasFigures": !figures.isEmpty,
      "histograms": histogram.svg.map { svg in
        [
          "plots": [
            ["shape": "wide", "heading": scale.heading, "svg": svg, "note": histogram.note]
          ]
        ]
      },
      "tables": tables.map(\.view),
      "curves": ["plots": curvePlots],
      "details": ["tables": details.map(\.view)],
      "diagnostics": diagnostics.map(\.view),
      "hasDiagnostics": !diagnostics.isEmpty,
      "decisions": decisions,
      "filters": filters,
      "hasFilters": entries.count > 1,
      "galleryNote": entries.contains { $0.log10FalseAlarms != nil } ? Self.galleryNote : nil,
      "cards": cards(of: worstFirst),
      "isEmpty": entries.isEmpty,
      "failures": failures.map { ["name": $0.name, "value": $0.value] },
      "hasFailures": !failures.isEmpty,
      "failureCount": failures.count,
      "provenance": provenance.map { ["name": $0.name, "value": $0.value] },
      "hasProvenance": !provenance.isEmpty,
    ]
    return view.compactMapValues { $0 }
  }

  private func count(_ verdicts: Entry.Verdict...) -> Int {
    entries.count { verdicts.contains($0.verdict) }
  }

  /// What was found and what went wrong, in a sentence or two.
  private var summary: String {
    if entries.isEmpty { return "No image was inspected." }
    var parts: [String] = []
    let (found, missed) = (count(.found), count(.missed))
    let (passed, falseAlarms) = (count(.passed), count(.falseAlarm))
    let (flagged, unflagged) = (count(.flagged), count(.unflagged))
    if found + missed > 0 {
      parts.append("\(found) of \(counted(found + missed, "defective image")) found")
    }
    if passed + falseAlarms > 0 {
      let alarms = falseAlarms == 0 ? "no false alarm" : counted(falseAlarms, "false alarm")
      parts.append("\(alarms) on \(counted(passed + falseAlarms, "good image"))")
    }
    if flagged + unflagged > 0 {
      parts.append("\(flagged) of \(counted(flagged + unflagged, "unlabeled image")) flagged")
    }
    return parts.joined(separator: ", ") + "."
  }

  private func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }

  /// Decisions by kind of image, worst class first; nil where nothing is labeled.
  private var decisions: [String: Any]? {
    var kinds: [String: (total: Int, anomalous: Int)] = [:]
    var good = (total: 0, anomalous: 0)
    for entry in entries {
      switch entry.truth {
      case .good:
        good.total += 1
        good.anomalous += entry.isAnomalous ? 1 : 0
      case .defective(let kind):
        kinds[kind, default: (0, 0)].total += 1
        kinds[kind, default: (0, 0)].anomalous += entry.isAnomalous ? 1 : 0
      case .unlabeled: break
      }
    }
    func row(_ kind: String, _ tally: (total: Int, anomalous: Int), style: String) -> [String: Any]
    {
      let wrong = style == "good" ? tally.anomalous : tally.total - tally.anomalous
      return [
        "kind": kind, "style": style, "total": tally.total, "anomalous": tally.anomalous,
        "normal": tally.total - tally.anomalous, "wrong": wrong,
        "isWrong": wrong > 0,
      ]
    }
    var rows = kinds.sorted { $0.key < $1.key }.map { row($0.key, $0.value, style: "defective") }
    if good.total > 0 { rows.append(row("good", good, style: "good")) }
    return rows.isEmpty ? nil : ["rows": rows]
  }

  /// The choices above the gallery; `id` is what the style sheet knows them by.
  private var filters: [[String: Any]] {
    let choices = [
      ("all", "All", entries.count),
      ("missed", "Missed", count(.missed)),
      ("alarm", "False alarms", count(.falseAlarm)),
      ("defective", "Defective", count(.found, .missed)),
      ("good", "Good", count(.passed, .falseAlarm)),
      ("flagged", "Flagged", count(.flagged)),
    ]
    let isLabeled = entries.contains { $0.truth != .unlabeled }
    let hasUnlabeled = entries.contains { $0.truth == .unlabeled }
    return choices.filter { id, _, _ in
      id == "all" || (id == "flagged" ? hasUnlabeled : isLabeled)
    }.map { id, label, count in
      [
        "id": id, "label": label, "count": count, "isFirst": id == "all", "isEmpty": count == 0,
      ]
    }
  }

  private static let galleryNote =
    "Above each image: its score, and how rare one as anomalous would be among good images. The tick on"
    + " the line is the limit. What is rarer than any image held out is extrapolated."

  /// Infinity is no number to a script.
  private static func finite(_ value: Double) -> Double {
    min(max(value, -.greatestFiniteMagnitude), .greatestFiniteMagnitude)
  }

  private func cards(of ranked: [Entry]) -> [[String: Any]] {
    let scale = scale
    func bounds(_ values: [Double], limit: Double? = nil) -> ClosedRange<Double> {
      ScoreRange(values.filter(\.isFinite), threshold: limit)?.bounds ?? 0...0
    }
    let axis = Axis(bounds(entries.map(scale.value), limit: scale.limit), count: 1)
    let scores = bounds(entries.map(\.score))
    let format = Digits.scale(for: [scores.lowerBound, scores.upperBound], digits: 4)
    func place(_ value: Double) -> String {
      value.isFinite ? Digits.fixed(min(max(axis.position(value), 0), 1) * 100, 1) : "0"
    }
    // A column that no entry fills is left out; one that some fill is kept free in the others.
    let columns = [
      ("image", \Entry.original), ("heatmap", \Entry.overlay), ("detected", \Entry.mask),
      ("truth", \Entry.groundTruth),
    ].filter { _, picture in entries.contains { $0[keyPath: picture] != nil } }
    return ranked.enumerated().map { index, entry in
      let card: [String: Any?] = [
        "rank": index + 1,
        "name": entry.name,
        "score": entry.score.isFinite ? format(entry.score) : Digits.undefined,
        "rarity": entry.log10FalseAlarms.map { "\(Rarity(log10FalseAlarms: $0))" },
        "value": scale.value(entry).isNaN ? nil : "\(Self.finite(scale.value(entry)))",
        "position": place(scale.value(entry)),
        "limit": scale.limit.map(place),
        "truth": entry.truth.label,
        "truthStyle": entry.truth.style,
        "verdict": entry.verdict.label,
        "verdictStyle": entry.verdict.style,
        "absent": entry.truth == .good ? "none" : "",
        "columnCount": columns.count,
        "pictures": columns.map { caption, picture in
          let cause = picture == \Entry.mask ? entry.scale.map { "found at \($0)" } : nil
          return ["caption": cause ?? caption, "address": entry[keyPath: picture]?.address]
            .compactMapValues { $0 }
        },
      ]
      return card.compactMapValues { $0 }
    }
  }
}

extension Report.Entry.Truth {
  fileprivate var label: String {
    switch self {
    case .good: "good"
    case .defective(let kind): kind.isEmpty ? "defective" : kind
    case .unlabeled: "unlabeled"
    }
  }

  fileprivate var style: String {
    switch self {
    case .good: "good"
    case .defective: "defective"
    case .unlabeled: "unlabeled"
    }
  }
}

extension Report.Entry.Verdict {
  fileprivate var label: String {
    switch self {
    case .found: "found"
    case .missed: "missed"
    case .passed: "passed"
    case .falseAlarm: "false alarm"
    case .flagged: "flagged"
    case .unflagged: "not flagged"
    }
  }

  fileprivate var style: String {
    switch self {
    case .found: "found"
    case .missed: "missed wrong"
    case .passed: "passed"
    case .falseAlarm: "alarm wrong"
    case .flagged: "flagged"
    case .unflagged: "unflagged"
    }
  }
}

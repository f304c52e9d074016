import Foundation
import Inspection
import Workbench

extension Report {
  /// The report as one HTML document that needs nothing beside it: no network, no other file.
  ///
  /// Throws where the template cannot be parsed.
  public func html() throws -> String {
    try Templates.render("report", view)
  }

  /// What the template asks for, by name.
  private var view: [String: Any] {
    let histogram = Histogram(images, along: scale)
    let view: [String: Any?] = [
      "title": title,
      "subtitle": subtitle,
      "summary": summary,
      "metrics": headlines.map {
        ["name": $0.name, "value": $0.text(metrics[$0]), "meaning": $0.meaning]
      },
      "hasMetrics": !headlines.isEmpty,
      "notes": notes.map { ["note": $0] },
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
      "hasFilters": images.count > 1,
      "galleryNote": images.contains { $0.log10FalseAlarms != nil } ? Self.galleryNote : nil,
      "cards": cards(of: worstFirst),
      "isEmpty": images.isEmpty,
      "failures": failures.map { ["name": $0.name, "value": $0.value] },
      "hasFailures": !failures.isEmpty,
      "failureCount": failures.count,
      "provenance": provenance.map { ["name": $0.name, "value": $0.value] },
      "hasProvenance": !provenance.isEmpty,
    ]
    return view.compactMapValues { $0 }
  }

  private var headlines: [Metric] { metrics.metrics.filter(\.isHeadline) }

  private func count(_ verdicts: InspectedImage.Verdict...) -> Int {
    images.count { verdicts.contains($0.verdict) }
  }

  /// What was found and what went wrong, in a sentence or two.
  private var summary: String {
    if images.isEmpty { return "No image was inspected." }
    var parts: [String] = []
    let (detected, missed) = (count(.detected), count(.missed))
    let (passed, falseAlarms) = (count(.passed), count(.falseAlarm))
    let (flagged, unflagged) = (count(.flagged), count(.unflagged))
    if detected + missed > 0 {
      parts.append("\(detected) of \(counted(detected + missed, "defective image")) detected")
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
    struct Tally {
      var (total, anomalous, uncertain) = (0, 0, 0)
      var normal: Int { total - anomalous - uncertain }

      mutating func add(_ image: InspectedImage) {
        total += 1
        anomalous += image.isAnomalous ? 1 : 0
        uncertain += image.isUncertain ? 1 : 0
      }
    }
    var kinds: [String: Tally] = [:]
    var good = Tally()
    for image in images {
      switch image.truth {
      case .good: good.add(image)
      case .defective(let kind): kinds[kind, default: Tally()].add(image)
      case .unlabeled: break
      }
    }
    let hasUncertain = decision?.limits?.warning != nil
    func row(_ kind: String, _ tally: Tally, style: String) -> [String: Any] {
      // A person looks at what is uncertain.
      let wrong = style == "good" ? tally.anomalous : tally.normal
      return [
        "kind": kind, "style": style, "total": tally.total, "anomalous": tally.anomalous,
        "uncertain": tally.uncertain, "hasUncertain": hasUncertain, "normal": tally.normal,
        "wrong": wrong, "isWrong": wrong > 0,
      ]
    }
    var rows = kinds.sorted { $0.key < $1.key }.map { row($0.key, $0.value, style: "defective") }
    if good.total > 0 { rows.append(row("good", good, style: "good")) }
    return rows.isEmpty ? nil : ["rows": rows, "hasUncertain": hasUncertain]
  }

  /// The choices above the gallery; `id` is what the style sheet knows them by.
  private var filters: [[String: Any]] {
    let choices = [
      ("all", "All", images.count),
      ("missed", "Missed", count(.missed)),
      ("alarm", "False alarms", count(.falseAlarm)),
      ("defective", "Defective", count(.detected, .missed)),
      ("good", "Good", count(.passed, .falseAlarm)),
      ("flagged", "Flagged", count(.flagged)),
    ]
    let isLabeled = images.contains { $0.truth != .unlabeled }
    let hasUnlabeled = images.contains { $0.truth == .unlabeled }
    return choices.filter { id, _, _ in
      id == "all" || (id == "flagged" ? hasUnlabeled : isLabeled)
    }.map { id, label, count in
      [
        "id": id, "label": label, "count": count, "isFirst": id == "all", "isEmpty": count == 0,
      ]
    }
  }

  private static let galleryNote =
    "Above each image: its score, and how rare an image as anomalous as this one is among good images. The tick on the"
    + " line is the limit. An image rarer than every good image of the calibration is extrapolated."

  /// Infinity is no number to a script.
  private static func finite(_ value: Double) -> Double {
    min(max(value, -.greatestFiniteMagnitude), .greatestFiniteMagnitude)
  }

  private func cards(of ranked: [InspectedImage]) -> [[String: Any]] {
    let scale = scale
    func bounds(_ values: [Double], limit: Double? = nil) -> ClosedRange<Double> {
      ScoreRange(values.filter(\.isFinite), threshold: limit)?.bounds ?? 0...0
    }
    let axis = Axis(bounds(images.map(scale.value), limit: scale.limit), count: 1)
    let scores = bounds(images.map(\.score))
    let format = Digits.scale(for: [scores.lowerBound, scores.upperBound], digits: 4)
    func place(_ value: Double) -> String {
      value.isFinite ? Digits.fixed(min(max(axis.position(value), 0), 1) * 100, 1) : "0"
    }
    // A column that no image fills is left out; one that some fill is kept free in the others.
    let columns = [
      ("image", \InspectedImage.original), ("heat map", \InspectedImage.overlay),
      ("marked", \InspectedImage.mask),
      ("ground truth", \InspectedImage.groundTruth),
    ].filter { _, picture in images.contains { $0[keyPath: picture] != nil } }
    return ranked.enumerated().map { index, image in
      let card: [String: Any?] = [
        "rank": index + 1,
        "name": image.name,
        "score": image.score.isFinite ? format(image.score) : Digits.undefined,
        "rarity": image.log10FalseAlarms.map { "\(Rarity(log10FalseAlarms: $0))" },
        "value": scale.value(image).isNaN ? nil : "\(Self.finite(scale.value(image)))",
        "position": place(scale.value(image)),
        "limit": scale.limit.map(place),
        "truth": image.truth.label,
        "truthStyle": image.truth.style,
        "verdict": image.isUncertain ? "uncertain" : image.verdict.label,
        "verdictStyle": image.verdict.style,
        "absent": image.truth == .good ? "none" : "",
        "columnCount": columns.count,
        "pictures": columns.map { caption, picture in
          let cause = picture == \InspectedImage.mask ? image.scale.map { "marked at \($0)" } : nil
          return ["caption": cause ?? caption, "address": image[keyPath: picture]?.address]
            .compactMapValues { $0 }
        },
      ]
      return card.compactMapValues { $0 }
    }
  }
}

extension InspectedImage.Truth {
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

extension InspectedImage.Verdict {
  fileprivate var label: String {
    switch self {
    case .detected: "detected"
    case .missed: "missed"
    case .passed: "passed"
    case .falseAlarm: "false alarm"
    case .flagged: "flagged"
    case .unflagged: "not flagged"
    }
  }

  fileprivate var style: String {
    switch self {
    case .detected: "detected"
    case .missed: "missed wrong"
    case .passed: "passed"
    case .falseAlarm: "alarm wrong"
    case .flagged: "flagged"
    case .unflagged: "unflagged"
    }
  }
}

// MARK: - Order and scale

extension Report {
  /// The images as they are shown: missed defects, the least anomalous first, then false alarms, the most anomalous
  /// first, then the others likewise.
  ///
  /// What has no number comes last; equals go by name, so that the order is always the same.
  var worstFirst: [InspectedImage] {
    let scale = scale
    return images.sorted { first, second in
      let (group, other) = (Self.group(first), Self.group(second))
      if group != other { return group < other }
      let (a, b) = (scale.value(first), scale.value(second))
      if a.isNaN != b.isNaN { return b.isNaN }
      if a == b || a.isNaN { return first.name < second.name }
      return first.verdict == .missed ? a < b : a > b
    }
  }

  private static func group(_ image: InspectedImage) -> Int {
    switch image.verdict {
    case .missed: 0
    case .falseAlarm: 1
    case .detected, .passed, .flagged, .unflagged: 2
    }
  }
}

extension Report {
  /// Along what images are told apart: their scores, or how rare their false alarms are.
  struct Scale {
    let heading: String
    let name: String
    /// An image beyond it is anomalous; nil where it is not known.
    let limit: Double?
    /// What stands at the limit; a score if nil.
    let limitName: String?
    /// How to read it.
    let note: String
    private let read: @Sendable (InspectedImage) -> Double?

    /// Higher is more anomalous; not a number where nothing is known.
    func value(_ image: InspectedImage) -> Double { read(image) ?? .nan }

    init(_ decision: Decision?) {
      switch decision {
      case .falseAlarms(let perImage, _, _, _):
        let limit = log10(perImage)
        heading = "How rare each image is among good images"
        name = "\u{2212}log10 of the false alarms in a good image"
        self.limit = limit.isFinite ? -limit : nil
        limitName = "limit: \(Rarity(log10FalseAlarms: limit))"
        note =
          "Images to the right of the limit raise an alarm. An image at 2 is as unusual as 1 in 100 good images, one at"
          + " 4 as 1 in 10,000."
        read = { $0.log10FalseAlarms.map { -$0 } }
      case .threshold(let threshold):
        heading = "Scores"
        name = "score"
        limit = threshold.isFinite ? Double(threshold) : nil
        limitName = nil
        note = "Images to the right of the threshold raise an alarm."
        read = \.score
      case nil:
        (heading, name, limit, limitName) = ("Scores", "score", nil, nil)
        note = "Higher scores are more anomalous."
        read = \.score
      }
    }
  }

  var scale: Scale { Scale(decision) }
}

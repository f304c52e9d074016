import Foundation
import Inspection
import Metrics
import Workbench

extension Comparison {
  /// The comparison as one HTML document that needs nothing beside it.
  ///
  /// - Parameters:
  ///   - top: the most images in each list and gallery.
  ///   - home: where `elpv:mono` and the like have their images; only for thumbnails.
  /// Throws where a template cannot be parsed or a thumbnail cannot be encoded.
  package func html(top: Int, home: String) throws -> String {
    let pictures = ComparisonPictures(self, home: home)
    let misses = try cards(of: worstMisses.prefix(top), pictures)
    let falseAlarms = try cards(of: worstFalseAlarms.prefix(top), pictures)
    let disagreements = images.filter { $0.disagreement > 0 || $0.isDecidedDifferently }
    let view: [String: Any] = [
      "title": title,
      "subtitle": runs.map(\.name).joined(separator: ", "),
      "summary": summary,
      "runs": runs.indices.map(runRow),
      "notes": notes(pictures).map { ["note": $0] },
      "metrics": metricRows.filter(\.metric.isHeadline).map(metricView),
      "further": metricRows.filter { !$0.metric.isHeadline }.map(metricView),
      "hasFurther": metricRows.contains { !$0.metric.isHeadline },
      "plots": plots,
      "decisions": runs.indices.dropFirst().flatMap(decisionRows),
      "decisionNote": decisionNote,
      "other": runs.count == 2 ? "B" : "the other",
      "disagreements": disagreements.prefix(top).map(disagreementRow),
      "hasDisagreements": !disagreements.isEmpty,
      "disagreementNote": disagreements.count > top
        ? "The first \(top) of \(disagreements.count)." : "",
      "reference": images.contains { !$0.isDefective } ? "good images" : "images in common",
      "galleries": [
        gallery(
          "Worst misses", misses, count: worstMisses.count, top: top,
          criterion: "Defective images that a run misses or ranks below a good one,"
            + " the least anomalous first.",
          none: "No run misses a defective image or ranks one below a good image."),
        gallery(
          "Worst false alarms", falseAlarms, count: worstFalseAlarms.count, top: top,
          criterion: "Good images that raise an alarm in a run or rank above a defective one,"
            + " the most anomalous first.",
          none: "No good image raises an alarm in a run or ranks above a defective one."),
      ],
      "absences": runs.indices.filter { !runs[$0].absent.isEmpty }.map { run in
        [
          "letter": letter(run), "name": runs[run].name, "count": runs[run].absent.count,
          "images": runs[run].absent.map { ["name": $0.name] },
        ]
      },
      "hasAbsences": runs.contains { !$0.absent.isEmpty },
      "provenance": provenance.map { ["name": $0.name, "value": $0.value] },
      "hasProvenance": true,
    ]
    return try Templates.render("comparison", view)
  }

  /// `A` for the first run, and so on: what stands for it where its name is too long.
  func letter(_ run: Int) -> String { String(UnicodeScalar(UInt8(ascii: "A") + UInt8(run))) }

  private var title: String {
    let names = dataNames
    return names.count == 1 ? names[0] : "\(runs.count) runs"
  }

  /// What the runs call their data, each name once.
  private var dataNames: [String] {
    let names = runs.compactMap { run in
      run.results.data.map { URL(fileURLWithPath: $0).lastPathComponent }
    }
    return names.enumerated().filter { !names[..<$0.offset].contains($0.element) }.map(\.element)
  }

  /// Who decides best, in a sentence or two.
  package var summary: String {
    let right = runs.indices.map { run in images.count { $0.judgements[run].isRight } }
    let shares = runs.indices.map { run in
      run == 0
        ? "\(letter(run)) is right on \(right[run]) of the \(images.count) images in common"
        : "\(letter(run)) on \(right[run])"
    }
    let list = shares.dropLast().joined(separator: ", ") + " and " + shares.suffix(1).joined()
    guard runs.count == 2 else { return list + "." }
    let counts = contingency(with: 1)
    guard counts.onlyFirst + counts.onlySecond > 0 else { return "\(list), the same ones." }
    return "\(list). Only A is right on \(counts.onlyFirst) of them, only B on \(counts.onlySecond)"
      + " (McNemar's p = \(Self.probability(counts.test.pValue)))."
  }

  private func runRow(_ run: Int) -> [String: Any] {
    let results = runs[run].results
    return [
      "letter": letter(run), "style": run, "name": runs[run].name,
      "model": results.model ?? "unknown", "data": results.data ?? "unknown",
      "judged": results.images.count { $0.score != nil }, "missing": runs[run].absent.count,
    ]
  }

  private func notes(_ pictures: ComparisonPictures) -> [String] {
    var notes: [String] = []
    if dataNames.count > 1 {
      notes.append(
        "The runs name different data (\(dataNames.joined(separator: ", "))): two images count as"
          + " the same where their paths within the data and their labels are equal.")
    }
    if runs.contains(where: { !$0.absent.isEmpty }) {
      notes.append(
        "Metrics and curves cover all images of a run, everything else only the images that all runs have judged."
      )
    }
    let uncurved = runs.indices.filter { runs[$0].results.curves.isEmpty }
    if !uncurved.isEmpty {
      notes.append(
        "There are no curves in \(uncurved.map(letter).joined(separator: ", ")): either none is"
          + " defined, or the results come from a version that kept none. Evaluate again to get them."
      )
    }
    if let trouble = pictures.trouble {
      notes.append("The images and masks themselves are not shown: \(trouble).")
    }
    return notes
  }

  private func metricView(_ row: MetricRow) -> [String: Any] {
    let cells = runs.indices.map { run in
      let difference = run == 0 || row.metric.direction == .neither ? nil : row.difference(run)
      let cell: [String: Any?] = [
        "value": row.metric.text(row.values[run]), "isBest": row.best.contains(run),
        "difference": difference.map { Self.signed($0, row) },
      ]
      return cell.compactMapValues { $0 }
    }
    return ["name": row.metric.name, "meaning": row.metric.meaning, "cells": cells]
  }

  /// A difference with its sign, as its metric is written.
  static func signed(_ difference: Double, _ row: MetricRow) -> String {
    let text = row.metric.text(abs(difference))
    guard text.contains(where: { "123456789".contains($0) }) else { return "same" }
    return (difference < 0 ? "\u{2212}" : "+") + text
  }

  private func decisionRows(_ other: Int) -> [[String: Any]] {
    let parts: [(String, String, (ComparedImage) -> Bool)] = [
      ("all", "", { _ in true }), ("defective", "defective", \.isDefective),
      ("good", "good", { !$0.isDefective }),
    ]
    return parts.compactMap { name, style, isCounted in
      let counts = contingency(with: other, where: isCounted)
      guard counts.images > 0 else { return nil }
      return [
        "pair": name == "all" ? "A and \(letter(other))" : "", "isAll": name == "all",
        "kind": name, "style": style, "isKind": !style.isEmpty,
        "both": counts.both, "first": counts.onlyFirst, "second": counts.onlySecond,
        "neither": counts.neither, "p": Self.probability(counts.test.pValue),
      ]
    }
  }

  private var decisionNote: String {
    "p is that of McNemar's exact test: the chance of a difference at least as large between two runs"
      + " that are equally good."
      + (runs.count > 2
        ? " With \(runs.count - 1) comparisons, some p come out small by chance: compare p with"
          + " \(Digits.significant(0.05 / Double(runs.count - 1), 2)) rather than 0.05." : "")
  }

  private func disagreementRow(_ image: ComparedImage) -> [String: Any] {
    [
      "name": image.identity.name, "truthStyle": image.isDefective ? "defective" : "good",
      "apart": Self.percent(image.disagreement),
      "cells": image.judgements.map { judgement in
        [
          "standing": Self.percent(judgement.standing),
          "score": Digits.significant(judgement.score, 4),
          "wrong": judgement.isRight ? "" : image.isDefective ? "missed" : "false alarm",
          "isWrong": !judgement.isRight,
        ] as [String: Any]
      },
    ]
  }

  private var provenance: [Report.Row] {
    runs.indices.map { run in
      let results = runs[run].results
      let facts = ["finished", "blemish", "libtorch", "processor"].compactMap { key in
        results.provenance[key].flatMap { fact -> String? in
          guard case .string(let text) = fact else { return nil }
          return key == "blemish" || key == "libtorch" ? "\(key) \(text)" : text
        }
      }
      return Report.Row(
        "\(letter(run)) \(runs[run].name)",
        ([results.folder] + facts).joined(separator: ", "))
    } + [Report.Row("Compared with", "Blemish \(PackageVersion.current)")]
  }

  static func percent(_ share: Double) -> String { Digits.fixed(share * 100, 1) + "\u{a0}%" }

  static func probability(_ p: Double) -> String {
    p < 0.0001 ? "less than 0.0001" : Digits.fixed(p, p < 0.01 ? 4 : 3)
  }
}

// MARK: - Terminal

extension Comparison {
  /// The metrics as a table for a terminal, the best of each marked with a star.
  package var table: Table {
    var table = Table(
      [Table.Column("metric")]
        + runs.indices.map { Table.Column("\(letter($0)) \(runs[$0].name) ", .right) })
    for row in metricRows {
      table.add(
        [row.metric.name]
          + runs.indices.map { run in
            row.metric.text(row.values[run]) + (row.best.contains(run) ? "*" : " ")
          })
    }
    return table
  }
}

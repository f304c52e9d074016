import Foundation
import Inspection

/// Evaluations of the same images, side by side.
package struct Comparison: Sendable {
  /// How many runs can be told apart in one plot.
  package static let runCounts = 2...8

  package struct Run: Sendable {
    package let name: String
    package let results: EvaluationResults
    /// Images that another run has judged and this one has not, in order of name.
    package let absent: [JudgedImage.Identity]
  }

  package let runs: [Run]
  /// The images that all runs have judged, the largest disagreement first.
  package let images: [ComparedImage]

  /// Compares results by image: the same is what has the same path in its data set, and the same label.
  ///
  /// - Parameter names: one a result, all different; those of the folders if not given.
  /// - Throws: ``InspectionError`` where the number of results or names is wrong, or the results have no image in common.
  package init(_ results: [EvaluationResults], names: [String]? = nil) throws {
    let names = names ?? RunNames.of(results.map(\.folder))
    try Self.check(results, names: names)
    let judged = results.map { results in
      Dictionary(
        results.images.filter { $0.score != nil }.map { ($0.identity, $0) },
        uniquingKeysWith: { first, _ in first })
    }
    let all = judged.reduce(into: Set()) { $0.formUnion($1.keys) }
    let common = judged.reduce(all) { $0.intersection($1.keys) }.sorted()
    guard !common.isEmpty else { throw Self.nothingInCommon(results) }

    runs = zip(names, zip(results, judged)).map { name, pair in
      Run(name: name, results: pair.0, absent: all.subtracting(pair.1.keys).sorted())
    }
    images = Self.compared(
      common,
      zip(judged, results).map { images, results in
        RunScale(common.compactMap { images[$0] }, folder: results.folder)
      })
  }

  /// Reads folders that `blemish evaluate` wrote, and compares them.
  package init(folders: [String], names: [String]? = nil) throws {
    // Better told before anything is read.
    try Self.check(folders)
    try self.init(folders.map { try EvaluationResults($0) }, names: names)
  }

  private static func compared(_ common: [JudgedImage.Identity], _ scales: [RunScale])
    -> [ComparedImage]
  {
    common.map { identity in
      ComparedImage(
        identity: identity, isDefective: identity.isDefective,
        judgements: scales.compactMap { $0.judgement(of: identity) })
    }.sorted { a, b in
      if a.disagreement != b.disagreement { return a.disagreement > b.disagreement }
      if a.isDecidedDifferently != b.isDecidedDifferently { return a.isDecidedDifferently }
      return a.identity < b.identity
    }
  }
}

extension Comparison {
  private static func check(_ folders: [String]) throws {
    guard let first = folders.first, folders.count > 1 else {
      throw InspectionError(
        folders.first ?? "runs", found: "nothing to compare it with",
        remedy: "give two folders or more; the report of a single run is the report.html that"
          + " `blemish evaluate` wrote into its folder", isUsage: true)
    }
    guard runCounts.contains(folders.count) else {
      throw InspectionError(
        first, found: "\(folders.count) runs to compare",
        remedy: "give at most \(runCounts.upperBound)", isUsage: true)
    }
    var seen: Set<String> = []
    for folder in folders {
      let place = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
      guard seen.insert(place).inserted else {
        throw InspectionError(
          folder, found: "it is given twice", remedy: "give each run once", isUsage: true)
      }
    }
  }

  private static func check(_ results: [EvaluationResults], names: [String]) throws {
    try check(results.map(\.folder))
    guard names.count == results.count else {
      throw InspectionError(
        "names", found: "\(names.count) for \(results.count) runs", remedy: "give one for each run",
        isUsage: true)
    }
    let isUnclear = { (name: String) in name.isEmpty || names.count { $0 == name } > 1 }
    if let name = names.first(where: isUnclear) {
      throw InspectionError(
        "names", found: name.isEmpty ? "an empty one" : "\(name) stands for several runs",
        remedy: "give each run a name of its own", isUsage: true)
    }
  }

  private static func nothingInCommon(_ results: [EvaluationResults]) -> InspectionError {
    func described(_ result: EvaluationResults) -> String {
      let judged = result.images.filter { $0.score != nil }
      guard let first = judged.first else { return "judged none" }
      return "judged \(judged.count), such as \(first.identity.name)"
    }
    let first = Set(results[0].images.filter { $0.score != nil }.map(\.identity))
    let remedy = "compare runs over the same data: evaluate each model on one data set"
    let stranger = results.dropFirst().first { other in
      !other.images.contains { $0.score != nil && first.contains($0.identity) }
    }
    guard let stranger else {
      return InspectionError(
        results[0].folder, found: "none of its images is in all the other runs", remedy: remedy,
        isUsage: true)
    }
    return InspectionError(
      stranger.folder,
      found: "no image in common with \(results[0].folder), which \(described(results[0]));"
        + " it \(described(stranger))",
      remedy: remedy, isUsage: true)
  }
}

/// Names for runs: those of their folders, with as many of the folders above as make them differ.
private enum RunNames {
  static func of(_ folders: [String]) -> [String] {
    let paths = folders.map {
      URL(fileURLWithPath: $0).standardizedFileURL.pathComponents.filter { $0 != "/" }
    }
    return paths.enumerated().map { index, path in
      let others = paths.enumerated().filter { $0.offset != index }.map(\.element)
      let depth = (1...max(path.count, 1)).first { depth in
        !others.contains { $0.suffix(depth) == path.suffix(depth) }
      }
      return path.suffix(depth ?? path.count).joined(separator: "/")
    }
  }
}

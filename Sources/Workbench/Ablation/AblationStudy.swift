import Datasets
import Foundation
import Inspection

/// A detector beside variants of itself, each of which lacks a part or has another in its place: one benchmark each, in a
/// folder of its own. A study that was stopped resumes when it is run again.
package struct AblationStudy {
  /// The detector as it is, or one of its variants.
  package struct Variant: Sendable {
    /// Name of its folder.
    package let name: String
    /// What is otherwise.
    package let change: String
    package let detector: any Detector
  }

  package enum Event {
    /// Of the benchmark of one variant.
    case benchmark(Variant, Benchmark.Event)
    /// There is more to sum up than before.
    case summarized(AblationSummary)
  }

  /// The name of what the variants are compared with.
  package static let whole = "whole"

  package let variants: [Variant]
  package let folder: String
  /// See ``Benchmark/command``.
  package var command: [String]?
  private let plan: (any Detector) throws -> BenchmarkPlan

  /// - Parameters:
  ///   - detector: with the settings that all variants share.
  ///   - names: of the variants; all where nil. What they are compared with is always there.
  ///   - plan: what a detector is run on.
  /// - Throws: ``InspectionError`` where the detector has no variants, or none of a name.
  package init(
    of detector: any Detector, variants names: [String]? = nil, registry: DetectorRegistry,
    folder: String, plan: @escaping (any Detector) throws -> BenchmarkPlan
  ) throws {
    let type = Swift.type(of: detector)
    guard let ablations = (type as? any AblatableDetector.Type)?.ablations else {
      let able = registry.types.filter { $0 is any AblatableDetector.Type }.map { $0.name }
      throw InspectionError(
        "detector \(type.name)", found: "it has no parts that can be left out",
        remedy: "use one of: \(able.joined(separator: ", "))", isUsage: true)
    }
    let known = ablations.map(\.name)
    if let unknown = names?.first(where: { $0 != Self.whole && !known.contains($0) }) {
      throw InspectionError(
        "variant \(unknown)", found: "\(type.name) has none of that name",
        remedy: "use one of: \(known.joined(separator: ", "))", isUsage: true)
    }
    variants =
      [Variant(name: Self.whole, change: "", detector: detector)]
      + (try ablations.filter { names?.contains($0.name) ?? true }.map { ablation in
        Variant(
          name: ablation.name, change: ablation.change,
          detector: try registry.detector(detector, settings: ablation.settings))
      })
    self.folder = folder
    self.plan = plan
  }

  /// Returns what was found. A run that fails is told of in its row, and the others go on.
  ///
  /// - Throws: where the folder cannot be written to, where a setting would let every run fail, or what `report` throws.
  package func run(report: @escaping (Event) throws -> Void = { _ in }) throws -> AblationSummary {
    try ResultFolder.make(folder)
    let lock = try FolderLock(folder)
    defer { withExtendedLifetime(lock) {} }
    var summary = AblationSummary(detector: type(of: variants[0].detector).name)
    // All variants run on the same data.
    var noticed: Set<Remark> = []
    for variant in variants {
      var benchmark = Benchmark(
        plan: try plan(variant.detector), folder: "\(folder)/\(variant.name)")
      benchmark.command = command
      let rows = try benchmark.run { event in
        if case .remark(let remark) = event, !noticed.insert(remark).inserted { return }
        try report(.benchmark(variant, event))
      }
      summary.results.append(.init(variant: variant, rows: rows))
      try report(.summarized(summary))
    }
    return summary
  }
}

/// What an ablation study has measured so far.
package struct AblationSummary: Sendable {
  package struct Result: Sendable {
    package let variant: AblationStudy.Variant
    /// Of all data sets and seeds.
    package let rows: [BenchmarkRow]
  }

  package let detector: String
  package var results: [Result] = []

  init(detector: String) { self.detector = detector }

  package var rows: [BenchmarkRow] { results.flatMap(\.rows) }
}

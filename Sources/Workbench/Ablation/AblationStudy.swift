import Foundation
import Inspection

/// A detector beside variants of itself, each of which lacks a part or has another in its place: one benchmark each, in a
/// folder of its own. A study that was stopped resumes when it is run again.
public struct AblationStudy {
  /// The detector as it is, or one of its variants.
  public struct Variant: Sendable {
    /// Name of its folder.
    public let name: String
    /// What is otherwise.
    public let change: String
    public let detector: any Detector
  }

  public enum Event {
    /// Of the benchmark of one variant.
    case benchmark(Variant, Benchmark.Event)
    /// There is more to sum up than before.
    case summarized(AblationSummary)
  }

  /// The name of what the variants are compared with.
  public static let whole = "whole"

  public let variants: [Variant]
  public let folder: String
  /// See ``Benchmark/command``.
  public var command: [String]?
  private let plan: (any Detector) throws -> BenchmarkPlan

  /// - Parameters:
  ///   - detector: with the settings that all variants share.
  ///   - names: of the variants; all where nil. What they are compared with is always there.
  ///   - plan: what a detector is run on.
  /// - Throws: ``InspectionError`` where the detector has no variants, or none of a name.
  public init(
    of detector: any Detector, variants names: [String]? = nil, registry: DetectorRegistry,
    folder: String, plan: @escaping (any Detector) throws -> BenchmarkPlan
  ) throws {
    let type = Swift.type(of: detector)
    guard let ablations = (type as? any AblatableDetector.Type)?.ablations else {
      let able = registry.types.filter { $0 is any AblatableDetector.Type }.map { $0.name }
      throw InspectionError(
        "detector \(type.name)", found: "it names no part that can be left out",
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
  public func run(report: @escaping (Event) throws -> Void = { _ in }) throws -> AblationSummary {
    try ResultFolder.make(folder)
    let lock = try FolderLock(folder)
    defer { withExtendedLifetime(lock) {} }
    var summary = AblationSummary(detector: type(of: variants[0].detector).name)
    for variant in variants {
      var benchmark = Benchmark(
        plan: try plan(variant.detector), folder: "\(folder)/\(variant.name)")
      benchmark.command = command
      let rows = try benchmark.run { try report(.benchmark(variant, $0)) }
      summary.results.append(.init(variant: variant, rows: rows))
      try report(.summarized(summary))
    }
    return summary
  }
}

/// What an ablation study has measured so far.
public struct AblationSummary: Sendable {
  public struct Result: Sendable {
    public let variant: AblationStudy.Variant
    /// Of all data sets and seeds.
    public let rows: [BenchmarkRow]
  }

  public let detector: String
  public var results: [Result] = []

  init(detector: String) { self.detector = detector }

  public var rows: [BenchmarkRow] { results.flatMap(\.rows) }
}

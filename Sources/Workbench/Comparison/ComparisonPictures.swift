import Datasets
import Foundation
import Imaging
import Inspection

/// Thumbnails of a comparison: what the runs marked, and the images and masks where they still are.
struct ComparisonPictures {
  struct Shown {
    var original: Report.Picture?
    var groundTruth: Report.Picture?
    /// In the order of the runs; nil where a picture is gone.
    var overlays: [Report.Picture?]
  }

  private let samples: [String: Sample]
  /// Why there are no images and masks; nil where there are.
  let trouble: String?

  /// Looks for the data set where a run has found it.
  init(_ comparison: Comparison, home: String) {
    var reasons: [String] = []
    var samples: [String: Sample]?
    for data in comparison.runs.compactMap(\.results.data) where samples == nil {
      do {
        let test = try Dataset.open(data, home: home).test
        samples = Dictionary(test.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
      } catch { reasons.append("\(error)") }
    }
    self.samples = samples ?? [:]
    trouble = samples == nil ? reasons.first ?? "no run tells where its data is" : nil
  }

  func of(_ image: ComparedImage) throws -> Shown {
    let sample = samples[image.identity.name]
    return Shown(
      original: try sample.flatMap { try? $0.image() }.map { try .photograph($0) },
      groundTruth: try (try? sample?.mask()).map { try .drawing($0) },
      overlays: try image.judgements.map { judgement in
        try Self.readable(judgement.overlay).map { try .photograph($0) }
      })
  }

  /// Nil where there is no file, or none that can be read: a thumbnail is then left out.
  private static func readable(_ path: String?) -> Image? {
    guard let path else { return nil }
    do { return try Image(contentsOf: path) } catch { return nil }
  }
}

import Datasets
import Foundation
import Imaging
import Inspection
import Workbench

/// Thumbnails of a comparison: what the runs marked, and the images and masks where they still are.
struct ComparisonPictures {
  struct Shown {
    var original: Thumbnail?
    var groundTruth: Thumbnail?
    /// In the order of the runs; nil where a picture is gone.
    var overlays: [Thumbnail?]
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

// MARK: - Galleries

extension Comparison {
  func gallery(
    _ heading: String, _ cards: [[String: Any]], count: Int, top: Int, criterion: String,
    none: String
  ) -> [String: Any] {
    [
      "heading": heading, "count": count, "cards": cards, "isEmpty": count == 0, "none": none,
      "criterion": criterion
        + (count > top ? " The first \(top) of \(count)." : ""),
    ]
  }

  /// One card an image: the image, its ground truth, and what each run marks in it.
  func cards(of images: some Collection<ComparedImage>, _ pictures: ComparisonPictures) throws
    -> [[String: Any]]
  {
    let shown = try images.map { (image: $0, shown: try pictures.of($0)) }
    let hasOriginals = shown.contains { $0.shown.original != nil }
    let hasTruths = shown.contains { $0.shown.groundTruth != nil }
    return shown.enumerated().map { index, pair in
      let (image, shown) = pair
      var pictured: [[String: Any]] = []
      if hasOriginals { pictured.append(figure("image", shown.original)) }
      if hasTruths { pictured.append(figure("ground truth", shown.groundTruth)) }
      for (run, judgement) in image.judgements.enumerated() {
        let verdict = judgement.isRight ? "right" : image.isDefective ? "missed" : "false alarm"
        pictured.append(
          figure(
            "\(letter(run)) \(verdict), \(Self.percent(judgement.standing))", shown.overlays[run]))
      }
      let wrong = image.judgements.indices.filter { !image.judgements[$0].isRight }
      return [
        "rank": index + 1, "name": image.identity.name, "kind": image.identity.label,
        "truthStyle": image.isDefective ? "defective" : "good",
        "isWrong": !wrong.isEmpty,
        "verdict": (image.isDefective ? "missed by " : "false alarm of ")
          + wrong.map(letter).joined(separator: ", "),
        "pictures": pictured, "absent": "none",
      ]
    }
  }

  private func figure(_ caption: String, _ picture: Thumbnail?) -> [String: Any] {
    var figure: [String: Any] = ["caption": caption]
    figure["address"] = picture?.address
    return figure
  }
}

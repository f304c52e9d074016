import Datasets
import Imaging
import Inspection
import Metrics
import Torch

/// The authors' choice of an epoch: the one with the best pixel AUROC on the test images, or image AUROC where the data set
/// has no masks.
///
/// It tells a benchmark what a method reaches with the answers at hand, not what it reaches.
struct TestSelection {
  let dataset: Dataset

  /// - Throws: ``InspectionError`` where good or defective images are missing. Images that cannot be judged are left out,
  ///   as an evaluation leaves them out.
  func score(_ scorer: Scorer) throws -> Double {
    var scores: [Float] = []
    var labels: [Bool] = []
    var pixels = PixelScores()
    try ImageLoader(scorer.preprocessing).forEach(dataset.test) { _, loaded in
      guard let image = try? loaded.get(), let isDefective = image.sample.isDefective else {
        return
      }
      let raw = try scorer.score(image)
      let map = raw.map
      if dataset.hasMasks {
        guard
          let truth = try? GroundTruth(
            image.sample, image: image.original, width: map.width, height: map.height)
        else { return }
        if let mask = truth.mask {
          try pixels.add(map: map.values, mask: mask, width: map.width, height: map.height)
        }
      }
      scores.append(raw.score)
      labels.append(isDefective)
    }
    let area =
      dataset.hasMasks
      ? PixelEvaluation(pixels).auroc
      : try ImageEvaluation(scores: scores, isDefective: labels).auroc
    guard let area else {
      throw InspectionError(
        dataset.name, found: "good or defective test images are missing",
        remedy: "use --protocol strict, which needs none to train")
    }
    return area
  }
}

import Datasets
import Foundation
import Imaging
import Inspection
import Torch

/// A model's predictions of many images, written to a folder or only handed over.
public struct PredictionRun {
  /// An image that could not be judged, and why.
  public struct Failure: Sendable {
    public let path: String
    public let reason: String
  }

  /// What came of a run.
  public struct Summary: Sendable {
    /// Images that were judged.
    public var judged = 0
    /// Those of them that are anomalous.
    public var anomalous = 0
    /// Images between two limits, where there are two.
    public var uncertain = 0
    /// Images that could not be judged.
    public var failures: [Failure] = []
    /// Images that were judged although their files are damaged.
    public var damaged: [Failure] = []
    /// Files of several pages or frames, of which the first was judged.
    public var paged: [String] = []
    /// Images that were turned as their EXIF orientation says.
    public var turned = 0
    /// Images whose levels are not those that the model knows, see ``LevelCensus/suits(_:)``.
    public var strange: [String] = []
    /// How the images compare with those calibrated on; nil where nothing can be said, as where a threshold decides.
    public var shift: Shift?
    /// Seconds spent on judging, without decoding and writing, which go on beside it.
    package var judgingSeconds = 0.0

    /// Time to judge an image; nil where none was judged.
    public var millisecondsPerImage: Double? {
      judged > 0 ? judgingSeconds / Double(judged) * 1000 : nil
    }
  }

  public let model: Model
  /// Nothing is drawn or written where there is none.
  public let results: ResultFolder?
  /// Is asked again and again while images are waited for; it throws to end the work.
  public var check: @Sendable () throws -> Void

  public init(
    model: Model, results: ResultFolder?, check: @escaping @Sendable () throws -> Void = {}
  ) {
    self.model = model
    self.results = results
    self.check = check
  }

  /// Judges every sample that can be read; the others are named in the summary and in `predictions.jsonl`.
  ///
  /// - Parameter judged: is given each prediction at once; what it throws speaks against the image and is noted as such.
  /// - Throws: where results cannot be written, or what `report` throws; what was finished stays.
  public func run(
    _ samples: [Sample], report: (WorkProgress) throws -> Void = { _ in },
    judged: (LoadedImage, Prediction) throws -> Void = { _, _ in }
  ) throws -> Summary {
    try run(samples, report: report, judged: judged) { _, _, _ in }
  }

  /// - Parameter pictured: is given each prediction with its pictures, on another thread but in order; not called without a
  ///   folder.
  package func run(
    _ samples: [Sample], report: (WorkProgress) throws -> Void,
    judged: (LoadedImage, Prediction) throws -> Void,
    pictured: @escaping @Sendable (LoadedImage, Prediction, PredictionPictures) throws -> Void
  ) throws -> Summary {
    try results?.begin(samples)
    var summary = Summary()
    let areLabeled = samples.contains { $0.isDefective != nil }
    var scores = ShiftCount(model, flawedShare: areLabeled ? 0 : Shift.standardFlawedShare)
    do {
      try ImageLoader(model.preprocessing, check: check).forEach(samples) { index, loaded in
        let outcome = Result {
          let image = try loaded.get()
          let start = ContinuousClock.now
          let prediction = try model.predict(image)
          summary.judgingSeconds += (ContinuousClock.now - start).inSeconds
          try judged(image, prediction)
          return (image, prediction)
        }
        switch outcome {
        case .success(let (image, prediction)):
          summary.judged += 1
          switch prediction.verdict {
          case .normal: break
          case .uncertain: summary.uncertain += 1
          case .anomalous: summary.anomalous += 1
          }
          if !areLabeled || image.sample.isDefective == false { scores?.add(prediction.score) }
          if let warning = image.original.warning {
            summary.damaged.append(Failure(path: image.sample.address, reason: warning))
          }
          if !image.hasSuitableLevels { summary.strange.append(image.sample.address) }
          if image.original.wasTurned { summary.turned += 1 }
          if image.original.frameCount > 1 { summary.paged.append(image.sample.address) }
          try results?.add(prediction, of: image) { try pictured(image, prediction, $0) }
        case .failure(let error):
          summary.failures.append(Failure(path: samples[index].address, reason: "\(error)"))
          try results?.add(samples[index], error: "\(error)")
        }
        try report(
          WorkProgress(
            stage: "predicting", completed: index + 1, total: samples.count, unit: "images",
            metrics: [("anomalous", Double(summary.anomalous))]))
      }
    } catch {
      try results?.finish()
      throw error
    }
    try results?.finish()
    summary.shift = scores?.shift
    return summary
  }
}

/// Pictures of a prediction.
package struct PredictionPictures {
  /// The image under its heat map, at the image's size, the anomalous regions outlined.
  package let overlay: Image
  /// The anomalous pixels, at the image's size.
  package let mask: Image

  /// The heat map's colors run from 0 to twice ``Prediction/suspicion``: a color says the same in every picture of a model.
  package init(_ prediction: Prediction, of original: Image) {
    mask = prediction.mask()
    let map = prediction.map
    let top = Swift.max(2 * prediction.suspicion, .leastNormalMagnitude)
    let heat = Image.heatmap(
      Tensor(map.values, shape: [map.height, map.width]), width: original.width,
      height: original.height, range: 0...top, fading: true)
    let shaded = original.rgb().overlaid(with: heat, opacity: 0.6)
    overlay = prediction.regions.isEmpty ? shaded : shaded.outlined(by: mask)
  }
}

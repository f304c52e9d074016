import Datasets
import Inspection
import Torch

/// Which good images the decision is calibrated on.
public enum CalibrationSource: String, Sendable, Hashable, Codable, CaseIterable {
  /// ``folds`` where the detector can afford them and there are at most ``CalibrationPlan/mostFoldedImages``, ``split`` otherwise.
  case automatic
  /// All of them: each is judged by a fit without those of its fold, and all are learnt from in the end.
  ///
  /// Cross-conformal prediction (Vovk 2015) and, with one image in a fold, the jackknife (Barber, Candès, Ramdas,
  /// Tibshirani 2021): an image to come is judged by a model of more images than those that the scores of good images are from. No
  /// theorem gives the limit itself without more; what is found is in the documentation.
  case folds
  /// Some of them, which are kept from the fitting: for those the conformal guarantee is exact.
  case split
}

/// Who learns from which good images, and who is judged by whom.
struct CalibrationPlan {
  /// With more, a tenth of them is enough to calibrate on.
  static let mostFoldedImages = 1000
  /// Folds where each costs a fit of its own.
  private static let refits = 4

  private enum Kind {
    case split(fitting: [Sample], calibration: [Sample], groups: [Int])
    case folds(Folds, [Sample], groups: [Int])
  }

  private let kind: Kind
  /// Independent groups of images that the calibration rests on.
  let groupCount: Int

  /// - Parameters:
  ///   - groups: a number for each sample; those of near-equal ones agree. Empty where each stands for itself.
  ///   - digests: of the samples; those of copies agree. Empty where all differ.
  /// - Throws: ``InspectionError`` where there are too few samples.
  init(
    _ source: CalibrationSource, for detector: some Detector, _ samples: [Sample],
    groups: [Int] = [], digests: [String] = [], holdOut: Double?, seed: UInt64, name: String
  ) throws {
    let groups = groups.isEmpty ? Array(samples.indices) : groups
    let different = digests.isEmpty ? samples.count : Set(digests).count
    let crossFitting = detector as? any CrossFittingDetector
    let isFolded =
      switch source {
      case .automatic:
        holdOut == nil && crossFitting != nil && samples.count <= Self.mostFoldedImages
      case .folds: true
      case .split: false
      }
    guard isFolded else {
      let split = try HoldOut(
        samples, fraction: holdOut ?? HoldOut.standardFraction, seed: seed, name: name,
        groups: groups,
        digests: digests)
      kind = .split(
        fitting: split.fitting, calibration: split.calibration, groups: split.calibrationGroups)
      groupCount = Set(split.calibrationGroups).count
      return
    }
    guard different >= 2 * HoldOut.minimum else {
      let copies = different < samples.count ? ", \(different) of them distinct" : ""
      throw InspectionError(
        name, found: "\(samples.count) good images\(copies)",
        remedy: "at least \(2 * HoldOut.minimum) are needed: add images")
    }
    groupCount = Set(groups).count
    guard groupCount > 1 else {
      throw InspectionError(
        name, found: "\(different) good images that all belong together",
        remedy: "give images of different parts, or say with --groups none that they are of such")
    }
    let count = crossFitting?.affordableFolds(groups: groupCount) ?? Self.refits
    kind = .folds(Folds(groups: groups, count: count, seed: seed), samples, groups: groups)
  }

  /// What can be promised.
  var reach: PromiseReach {
    if case .folds = kind { return PromiseReach(images: groupCount, isFolded: true) }
    return PromiseReach(images: groupCount, isFolded: false)
  }

  /// Images that the detector learns from.
  var fittingCount: Int {
    switch kind {
    case .split(let fitting, _, _): fitting.count
    case .folds(_, let samples, _): samples.count
    }
  }

  /// Fits the detector and calibrates it.
  func carryOut<D: Detector>(
    _ detector: D, loader: ImageLoader, device: Device, _ context: FitContext,
    _ clock: inout Stopwatch
  ) throws -> (Scorer, Calibration) {
    let preprocessing = loader.preprocessing
    switch kind {
    case .split(let fitting, let calibration, let groups):
      let fitted = try clock.measure("fitting") {
        try detector.fit(on: SampleImages(fitting, loader: loader), context)
      }
      let scorer = Scorer(fitted, preprocessing, device: device)
      return (
        scorer,
        try clock.measure("calibration") {
          try Calibration(
            of: scorer, on: calibration, groups: groups, loader: loader, report: context.report)
        }
      )
    case .folds(let folds, let samples, let groups):
      var images = Calibration.Images(count: samples.count)
      var judgedGroups: [Int] = []
      let fitted: any FittedDetector = try clock.measure("fitting") {
        let good = SampleImages(samples, loader: loader)
        guard let detector = detector as? any CrossFittingDetector else {
          return try refitted(detector, folds, samples, loader: loader, device: device, context) {
            try images.add($1)
            judgedGroups.append(groups[$0])
          }
        }
        return try detector.crossFitted(on: good, folds: folds, context) { place, batch in
          try images.add(
            try RawPrediction(
              batch, height: preprocessing.height, width: preprocessing.width,
              name: samples[place].address))
          judgedGroups.append(groups[place])
        }
      }
      let scorer = Scorer(fitted, preprocessing, device: device)
      return (
        scorer,
        try clock.measure("calibration") {
          try Calibration(images, groups: judgedGroups, basis: .folds(folds.parts.count))
        }
      )
    }
  }

  /// One fit without each fold, then one of all.
  private func refitted<D: Detector>(
    _ detector: D, _ folds: Folds, _ samples: [Sample], loader: ImageLoader, device: Device,
    _ context: FitContext, _ judged: (Int, RawPrediction) throws -> Void
  ) throws -> any FittedDetector {
    for (index, part) in folds.parts.enumerated() {
      let held = Set(part)
      let others = samples.indices.filter { !held.contains($0) }.map { samples[$0] }
      let fitted = try detector.fit(
        on: SampleImages(others, loader: loader),
        context.fold(index + 1, of: folds.parts.count))
      let scorer = Scorer(fitted, loader.preprocessing, device: device)
      try loader.forEachResized(part.map { samples[$0] }) { index, image in
        try judged(
          part[index],
          try scorer.score(resized: try image.get(), name: samples[part[index]].address))
      }
    }
    let count = folds.parts.count
    try context.report(
      WorkProgress(stage: "folds", completed: count, total: count, unit: "folds"))
    return try detector.fit(on: SampleImages(samples, loader: loader), context)
  }
}

extension CrossFittingDetector {
  fileprivate func crossFitted(
    on images: any TrainingImages, folds: Folds, _ context: FitContext,
    judged: (Int, ScoredBatch) throws -> Void
  ) throws -> any FittedDetector {
    try fit(on: images, folds: folds, context, judged: judged)
  }
}

import Inspection
import Statistics
import Torch

/// How the Gaussians, and what is made of their distances, are learnt when the kernels are known.
struct AnomalyHopLearning {
  let settings: AnomalyHop
  let transform: SaabTransform
  let images: MapStore
  let count: Int
  let height: Int
  let width: Int
  let context: FitContext

  func fitted() throws -> FittedAnomalyHop {
    let hops = settings.activeHops
    if settings.model == .automatic || settings.weights.isEmpty { return try automatic(hops) }
    let sums = try settings.model.byPosition.map { byPosition in
      var sums = HopSums(byPosition: byPosition)
      try visit("Gaussians") { sums.add($0) }
      return sums
    }
    let laws = try settings.laws(of: sums, hops: hops.count)
    return try fitted(
      hops, sums, laws, scales("ranges", laws, visit: visit), metrics: [:])
  }

  /// What the settings leave open, by good images that the Gaussians have not seen yet: a fifth of them. Each hop's law is
  /// the one that makes them more likely, its range that of their distances. Then the Gaussians learn of them too.
  private func automatic(_ hops: [Int]) throws -> FittedAnomalyHop {
    let isOpen = settings.model == .automatic
    var candidates = (isOpen ? [true, false] : settings.model.byPosition.map { [$0] } ?? [])
      .map { HopSums(byPosition: $0) }
    func visitPart(_ stage: String, heldOut: Bool, _ body: ([Tensor]) throws -> Void) throws {
      try visit(stage) { range, features in
        if isHeldOut(range) == heldOut { try body(features) }
      }
    }
    try visitPart("Gaussians", heldOut: false) { features in
      for index in candidates.indices { candidates[index].add(features) }
    }
    var metrics: [String: Double] = [:]
    var sums = candidates.first
    if isOpen {
      let likelihoods = try candidates.map { candidate in
        try meanLogLikelihoods(candidate.laws(regularizer: settings.regularizer)) { body in
          try visitPart("choice of the model", heldOut: true, body)
        }
      }
      let chosen = hops.indices.map { likelihoods[0][$0] > likelihoods[1][$0] ? 0 : 1 }
      for (place, hop) in hops.enumerated() {
        metrics["logLikelihoodLocationAware.hop\(hop + 1)"] = likelihoods[0][place]
        metrics["logLikelihoodLocationIndependent.hop\(hop + 1)"] = likelihoods[1][place]
      }
      sums = HopSums(hops.indices.map { candidates[chosen[$0]].moments[$0] })
    }
    // Held by nobody else, the sums are added to in place.
    candidates = []
    var scales: [HopScale]
    do {
      let laws = try settings.laws(of: sums, hops: hops.count)
      scales = try self.scales("ranges", laws) { stage, body in
        try visitPart(stage, heldOut: true, body)
      }
    }
    for (hop, scale) in zip(hops, scales) {
      metrics["relativeLikelihood.hop\(hop + 1)"] = scale.relativeLikelihood
    }
    try visitPart("Gaussians", heldOut: true) { sums?.add($0) }
    return try fitted(
      hops, sums, settings.laws(of: sums, hops: hops.count), scales, metrics: metrics)
  }

  /// Hands over what Gaussians of the images of all other folds see in each image.
  func judge(
    _ folds: Folds, by fitted: FittedAnomalyHop, _ judged: (Int, ScoredBatch) throws -> Void
  ) throws {
    let sums = settings.model == .selfReference ? nil : try settings.sums(in: fitted.tensors)
    let laws = LeftOutHops(sums, regularizer: settings.regularizer)
    var fold = [Int](repeating: 0, count: count)
    for (index, part) in folds.parts.enumerated() { for image in part { fold[image] = index } }
    // Features of images whose fold is not complete.
    var waiting: [Int: [(image: Int, features: [Tensor])]] = [:]
    try visit("folds") { range, features in
      for image in range {
        let place = image - range.lowerBound
        let part = folds.parts[fold[image]]
        waiting[fold[image], default: []].append(
          (image, features.map { $0[place..<place + 1] }))
        guard let own = waiting[fold[image]], own.count == part.count else { continue }
        waiting[fold[image]] = nil
        let distances = try laws.distancesSquared(own.map(\.features))
        for (index, member) in own.enumerated() {
          try judged(
            member.image,
            fitted.scored(
              distances.map { $0[index..<index + 1] }, nulls: fitted.nulls(of: member.features),
              height: height, width: width))
        }
      }
    }
  }

  typealias Visitor = (String, ([Tensor]) throws -> Void) throws -> Void

  /// Hands over the features of all images at the active hops, batch by batch.
  private func visit(_ stage: String, _ body: ([Tensor]) throws -> Void) throws {
    try visit(stage) { _, features in try body(features) }
  }

  private func visit(_ stage: String, _ body: (Range<Int>, [Tensor]) throws -> Void) throws {
    let hops = settings.activeHops
    try images.visit { range, batch in
      try noGrad {
        let features = transform(batch)
        try body(range, hops.map { features[$0] })
      }
      try context.report(
        WorkProgress(stage: stage, completed: range.upperBound, total: count, unit: "images"))
    }
  }

  /// Every fifth batch, beginning with the second: so one at least wherever there are two.
  private func isHeldOut(_ range: Range<Int>) -> Bool {
    range.lowerBound / AnomalyHop.batchSize(of: count) % 5 == 1
  }

  /// The mean log-likelihood of a position's features at each hop, but for the constant that all laws share.
  private func meanLogLikelihoods(
    _ laws: [HopLaw], visit: (([Tensor]) throws -> Void) throws -> Void
  ) throws -> [Double] {
    var distances = laws.map { _ in 0.0 }
    var seen = 0.0
    try visit { features in
      seen += Double(features[0].shape[0])
      for hop in laws.indices {
        let squares = laws[hop].distancesSquared(features[hop]).to(.float64)
        distances[hop] += squares.mean(1, 2).sum().item()
      }
    }
    return zip(laws, distances).map { law, distance in
      -0.5 * (distance / seen + (law.meanLogDeterminant ?? 0))
    }
  }

  /// What each hop's distances are like.
  private func scales(_ stage: String, _ laws: [HopLaw], visit: Visitor) throws -> [HopScale] {
    let filter = GaussianFilter(sigma: settings.smoothing)
    var scales: [HopScale] = []
    try visit(stage) { features in
      let squares = zip(laws, features).map { $0.distancesSquared($1) }
      let maps = HopFusion.smoothed(squares, with: filter, height: height, width: width)
      let own = zip(maps, zip(squares, features)).map { map, hop in
        HopScale(map: map, squares: hop.0, dimensions: hop.1.shape[1])
      }
      scales = scales.isEmpty ? own : zip(scales, own).map { $0.merged(with: $1) }
    }
    guard !scales.isEmpty else {
      throw InspectionError(
        "the training images", found: "\(count)",
        remedy: "give at least \(Calibration.minimumImageCount)")
    }
    return scales
  }

  private func fitted(
    _ hops: [Int], _ sums: HopSums?, _ laws: [HopLaw], _ scales: [HopScale],
    metrics: [String: Double]
  ) throws -> FittedAnomalyHop {
    var (ranges, metrics) = (scales.map(\.range), metrics)
    if let testImages = context.testImages {
      metrics[FitContext.seenTestImages] = Double(testImages.count)
      let test = AnomalyHopLearning(
        settings: settings, transform: transform,
        images: MapStore { try testImages.forEachFiniteBatch(of: 4, $0) }, count: testImages.count,
        height: height, width: width, context: context)
      ranges = try test.scales("ranges of test images", laws, visit: test.visit).map(\.range)
    }
    return FittedAnomalyHop(
      settings: settings, transform: transform, sums: sums, laws: laws,
      weights: settings.weights.isEmpty
        ? scales.map(\.relativeLikelihood) : hops.map { settings.weights[$0] },
      ranges: ranges, metrics: metrics)
  }
}

import Inspection
import Torch

/// Successive subspace features: each hop describes neighborhoods of what the hop before gave, so neighborhoods of the
/// image that grow from hop to hop (PixelHop++, Chen et al. 2020; channel-wise Saab transform).
///
/// ```swift
/// let transform = try SaabTransform.fit(hops, rule: .pixelHop(), on: images)
/// let features = transform(batch)  // one tensor [N, C, H, W] a hop
/// ```
package struct SaabTransform: Sendable {
  package let units: [SaabUnit]

  init(units: [SaabUnit]) { self.units = units }

  /// The features of images `[N, C, H, W]` at each hop, without ``SaabUnit/offsets``; of the first `count` hops where that
  /// is given.
  package func callAsFunction(_ images: Tensor, hops count: Int? = nil) -> [Tensor] {
    var features: [Tensor] = []
    for unit in units.prefix(count ?? units.count) {
      features.append(unit(features.last ?? images))
    }
    return features
  }

  /// Side, in pixels of the image, of the neighborhood that a feature of each hop describes.
  package var neighborhoods: [Int] {
    var (side, step) = (1, 1)
    return units.map { unit in
      side += (unit.hop.pooling - 1) * step
      step *= unit.hop.pooling
      side += (unit.hop.window - 1) * step
      step *= unit.hop.stride
      return side
    }
  }

  /// Learns the kernels of all hops, one after the other.
  ///
  /// - Throws: ``InspectionError`` where maps are not finite, where there would be too many channels, or where there are no
  ///   images; the error of the first image that cannot be read; what `report` throws.
  package static func fit(
    _ hops: [SaabHop], rule: EnergyRule, on images: any TrainingImages, batchSize: Int = 4,
    report: (WorkProgress) throws -> Void = { _ in }
  ) throws -> SaabTransform {
    try fit(
      hops, rule: rule, on: MapStore { try images.forEachFiniteBatch(of: batchSize, $0) },
      count: images.count, report: report)
  }

  /// Channels multiply from hop to hop unless the energy threshold stops them.
  private static func check(_ hop: SaabHop, nodes: Int, number: Int) throws {
    let area = hop.window * hop.window
    let outputs = nodes * (1 + (hop.components ?? area - 1))
    guard outputs <= mostOutputs, hop.isJoint || nodes * area * area <= 1 << 28 else {
      throw InspectionError(
        "components", found: "hop \(number) would have \(outputs) channels",
        remedy: "give fewer components, fewer hops, or a higher energyThreshold", isUsage: true)
    }
  }

  private static let mostOutputs = 1 << 14

  /// Each hop takes two passes over its maps, one for the moments of their patches, one for the extremes of its outputs.
  static func fit(
    _ hops: [SaabHop], rule: EnergyRule, on images: MapStore, count: Int,
    report: (WorkProgress) throws -> Void
  ) throws -> SaabTransform {
    var units: [SaabUnit] = []
    var maps = images
    for (index, hop) in hops.enumerated() {
      func tell(_ completed: Int) throws {
        try report(
          WorkProgress(
            stage: "kernels of hop \(index + 1)", completed: completed, total: 2 * count,
            unit: "images"))
      }
      var input: SaabInput?
      if let before = units.last {
        let next = before.next(pooling: hop.pooling)
        input = next
        maps = maps.mapped { next(before.features(of: $0)) }
      } else if hop.pooling > 1 {
        maps = maps.mapped { SaabInput(imageChannels: $0.shape[1], pooling: hop.pooling)($0) }
      }
      try check(hop, nodes: input?.channels.count ?? 3, number: index + 1)
      var patches: SaabPatches?
      try maps.visit { range, batch in
        var sums =
          patches
          ?? SaabPatches(
            hop: hop, rule: rule,
            input: input ?? SaabInput(imageChannels: batch.shape[1], pooling: hop.pooling))
        // Held by nobody else, or its sums would be copied.
        patches = nil
        noGrad { sums.add(batch) }
        patches = sums
        try tell(range.upperBound)
      }
      guard let patches else {
        throw InspectionError(
          "the training images", found: "there are none", remedy: "give some")
      }
      var extremes = SaabExtremes(try patches.unit())
      try maps.visit { range, batch in
        noGrad { extremes.add(batch) }
        try tell(count + range.upperBound)
      }
      units.append(extremes.settled)
    }
    return SaabTransform(units: units)
  }
}

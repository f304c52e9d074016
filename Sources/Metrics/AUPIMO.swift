import Foundation

/// Area under the per-image overlap: how much of its defect is found in each image, while hardly a pixel of a good
/// image is marked.
///
/// Thresholds are set on good images alone: at the rate z, the lowest threshold that marks at most a share z of their
/// pixels. No defect takes part, so that no kind of defect is favored. The recall of an image's defect is averaged over
/// rates z that are evenly spread in log z. Of the pixels of the defect, the one with the score s thus counts
///
///     log(highest / max(F(s), lowest)) / log(highest / lowest), or 0 where F(s) > highest
///
/// with F(s) the share of good images' pixels that score at least s. The map of one model has one size; where sizes
/// differ, every pixel counts the same.
///
/// Where good images have fewer than `1 / lowest` pixels, the lowest rates allow no pixel at all, and are met above all
/// good scores. A good pixel that ties with one of the defect is marked before it. Neither holds for anomalib, which
/// lays evenly spaced thresholds over the good scores and integrates by the trapezoid rule between the nearest rates
/// that a count of pixels makes, but divides by the width that was asked for: with few good images perfect maps score
/// below 1, and with 20 of 256 x 256 pixels its numbers still differ from ours by some 0.003.
///
/// (Bertoldo et al., "AUPIMO: Redefining Anomaly Localization Benchmarks with High Speed and Low Tolerance", BMVC 2024,
/// arXiv 2401.01984.)
public struct AUPIMO: Sendable {
  /// Of each image, in the order in which they were added; nil where the image is good, or its mask marks nothing.
  public let perImage: [Enclosure?]
  /// Over the images that have one.
  public let mean: Enclosure
  /// The sample standard deviation over these; nil where there is one only.
  public let deviation: Enclosure?

  /// Nil where no image has a value.
  private init?(_ perImage: [Enclosure?]) {
    let values = perImage.compactMap(\.self)
    guard !values.isEmpty else { return nil }
    let count = Double(values.count)
    func sum(_ terms: some Sequence<Double>) -> Double {
      terms.reduce(into: CompensatedSum()) { $0.add($1) }.value
    }
    self.perImage = perImage
    mean = Enclosure(
      lower: sum(values.lazy.map(\.lower)) / count, upper: sum(values.lazy.map(\.upper)) / count)
    guard values.count > 1 else {
      deviation = nil
      return
    }
    let center = sum(values.lazy.map(\.value)) / count
    let deviation = sqrt(sum(values.lazy.map { pow($0.value - center, 2) }) / (count - 1))
    // A deviation is a distance from the mean: it moves by no more than the values do together.
    let error = sqrt(sum(values.lazy.map { pow($0.error, 2) }) / (count - 1))
    self.deviation = Enclosure(lower: max(deviation - error, 0), upper: deviation + error)
  }

  /// The false positive rates that are averaged over, in good images of so many pixels.
  private struct Rates {
    let lowest: Double
    let highest: Double
    let pixels: Int

    /// The share of the rates, by their logarithms, at which a pixel of a defect is marked.
    ///
    /// - Parameter rank: how many pixels of good images score at least as high.
    func share(rank: Int) -> Double {
      let rate = Double(rank) / Double(pixels)
      if rate <= lowest { return 1 }
      if rate >= highest { return 0 }
      return log(highest / rate) / log(highest / lowest)
    }

    /// The rank from which on ``share(rank:)`` is 0; at least 1.
    var end: Int { Int(min((highest * Double(pixels)).rounded(.up), Double(pixels))) }
  }

  fileprivate init?(_ scores: PixelScores, lowest: Double, highest: Double) {
    let good = zip(scores.images, scores.isGood).filter(\.1).map(\.0)
    let rates = Rates(
      lowest: lowest, highest: highest, pixels: good.reduce(0) { $0 + $1.count })
    guard rates.pixels > 0 else { return nil }
    var largest = LargestScores(count: rates.end)
    for image in good { largest.add(scores.records[image].lazy.map(\.score)) }
    let thresholds = largest.sorted
    let shares = (0...thresholds.count).map(rates.share)
    self.init(
      zip(scores.images, scores.isGood).map { image, isGood in
        if isGood { return nil }
        var (area, sum) = (0, CompensatedSum())
        for record in scores.records[image] where record.tag != 0 {
          area += 1
          let score = record.score
          // Most pixels of a defect that is found stand above all good ones, most others below these.
          if score > thresholds[0] {
            sum.add(shares[0])
          } else if score > thresholds[thresholds.count - 1] {
            sum.add(shares[Self.rank(of: score, in: thresholds)])
          }
        }
        return area > 0 ? Enclosure(exactly: sum.value / Double(area)) : nil
      })
  }

  /// How many of the thresholds, which descend, are at least as high.
  private static func rank(of score: Float, in thresholds: [Float]) -> Int {
    var (first, end) = (0, thresholds.count)
    while first < end {
      let middle = (first + end) / 2
      if thresholds[middle] >= score { first = middle + 1 } else { end = middle }
    }
    return first
  }

  fileprivate init?(_ histogram: PixelHistogram, lowest: Double, highest: Double) {
    let rates = Rates(
      lowest: lowest, highest: highest, pixels: histogram.ofGoodImages.reduce(0, +))
    guard rates.pixels > 0 else { return nil }
    // A score ranks below the good ones of higher bins, and of its own bin below none or all of them.
    var above = 0
    let shares = histogram.ofGoodImages.map { pixels in
      let upper = rates.share(rank: above)
      above += pixels
      return Enclosure(lower: rates.share(rank: above), upper: upper)
    }
    self.init(
      histogram.defects.map { defect in
        guard let defect, !defect.isEmpty else { return nil }
        var (lower, upper, area) = (CompensatedSum(), CompensatedSum(), 0)
        for (bin, pixels) in defect {
          let share = shares[Int(bin)]
          lower.add(Double(pixels) * share.lower)
          upper.add(Double(pixels) * share.upper)
          area += Int(pixels)
        }
        return Enclosure(lower: lower.value / Double(area), upper: upper.value / Double(area))
      })
  }
}

extension PixelScores {
  /// Area under the per-image overlap, exactly; nil where no image is good, or none has a mask that marks something.
  ///
  /// - Parameters:
  ///   - lowest: false positive rate, above 0.
  ///   - highest: false positive rate, above `lowest` and at most 1.
  public func aupimo(lowest: Double = 1e-5, highest: Double = 1e-4) -> AUPIMO? {
    checkRates(lowest, highest)
    return AUPIMO(self, lowest: lowest, highest: highest)
  }
}

extension PixelHistogram {
  /// Area under the per-image overlap, within bounds; nil where no image is good, or none has a mask that marks
  /// something.
  ///
  /// - Parameters:
  ///   - lowest: false positive rate, above 0.
  ///   - highest: false positive rate, above `lowest` and at most 1.
  public func aupimo(lowest: Double = 1e-5, highest: Double = 1e-4) -> AUPIMO? {
    checkRates(lowest, highest)
    return AUPIMO(self, lowest: lowest, highest: highest)
  }
}

private func checkRates(_ lowest: Double, _ highest: Double) {
  precondition(
    lowest > 0 && lowest < highest && highest <= 1,
    "false positive rates \(lowest) and \(highest) do not ascend within (0, 1]")
}

extension Enclosure {
  fileprivate init(exactly value: Double) { self.init(lower: value, upper: value) }
}

import Foundation

/// The a contrario test of U-Flow's first version (Tailanian et al., arXiv 2211.12353): are there more
/// large latents in the square window around a pixel than chance puts there?
public struct BlockTest: Sendable {
  /// How the binomial law takes an average count that is not whole.
  public enum Counting: Sendable {
    /// Rounded down.
    case whole
    /// By the continuous extension of the law; the authors' high-precision option.
    case continuous
  }

  /// The side of the window at scale 0, halved from scale to scale.
  public let windowSize: Int
  /// The probability with which a normal latent stays below the threshold that makes it a candidate.
  public let quantile: Double
  public let counting: Counting
  private let threshold: Float

  public init(windowSize: Int, quantile: Double, counting: Counting = .whole) {
    precondition(windowSize >= 1, "a window has at least 1 pixel a side")
    precondition(quantile > 0 && quantile < 1, "a quantile lies between 0 and 1")
    self.windowSize = windowSize
    self.quantile = quantile
    self.counting = counting
    threshold = Float(ChiSquareLaw(degreesOfFreedom: 1).quantile(quantile))
  }

  /// The parameters of the release that came with the first version of the paper.
  public static let firstVersion = BlockTest(windowSize: 7, quantile: 0.5)
  /// The parameters in the authors' current code.
  public static let current = BlockTest(windowSize: 5, quantile: 0.9)

  /// log10 of the number of false alarms at each pixel of one image; below 0 is a detection at one
  /// false alarm an image.
  ///
  /// The scales come finest first; each is a power of two smaller than the one before in the paper,
  /// but any sizes will do. Their log probabilities are resampled to `width` x `height` (bicubic,
  /// which can overshoot a little) and summed as though the scales were independent.
  public func log10FalseAlarms(scales: [LatentSquares], width: Int, height: Int) -> Plane {
    precondition(!scales.isEmpty, "at least one scale is tested")
    let tests = scales.reduce(0) { $0 + $1.width * $1.height }
    let count = width * height
    var sum = Plane(
      width: width, height: height,
      values: [Double](repeating: log10(Double(tests)), count: count))
    for (level, scale) in scales.enumerated() {
      let map = log10TailProbabilities(of: scale, level: level)
        .resizedBicubicAligned(width: width, height: height)
      for index in 0..<count { sum.values[index] += map.values[index] }
    }
    return sum
  }

  /// log10 of the probability that a window of normal latents holds more candidates, at each pixel of
  /// the scale.
  ///
  /// A window that holds nothing but candidates would get -infinity, which no other scale could make up
  /// for. All values are therefore kept at or above log10 of the probability that every one of its n
  /// pixels is a candidate, n log10(1 - quantile): the rarest thing that n trials can show.
  public func log10TailProbabilities(of squares: LatentSquares, level: Int) -> Plane {
    let half = halfWindow(level: level)
    let side = 2 * half + 1
    let law = BinomialLaw(trials: side * side, probability: 1 - quantile)
    let lowest = Double(law.trials) * log10(law.probability)
    var known: [Int: Double] = [:]
    let sums = WindowSums(half: half, width: squares.width, height: squares.height)
    let values = sums.of(candidateCounts(squares)).map { sum in
      // Averages over channels, rounded down in whole numbers where they are to be whole.
      let key = counting == .whole ? sum / squares.channels : sum
      if let value = known[key] { return value }
      let survival =
        counting == .whole
        ? law.log10Survival(Double(key))
        : law.log10ContinuousSurvival(Double(key) / Double(squares.channels))
      known[key] = max(survival, lowest)
      return max(survival, lowest)
    }
    return Plane(width: squares.width, height: squares.height, values: values)
  }

  private func halfWindow(level: Int) -> Int {
    max(Int(Double(windowSize) / exp2(Double(level)) / 2), 1)
  }

  /// How many channels of each pixel are candidates.
  private func candidateCounts(_ squares: LatentSquares) -> [Int] {
    let channels = squares.channels
    return squares.values.withUnsafeBufferPointer { values in
      (0..<squares.width * squares.height).map { pixel in
        var count = 0
        for index in pixel * channels..<(pixel + 1) * channels where values[index] >= threshold {
          count += 1
        }
        return count
      }
    }
  }
}

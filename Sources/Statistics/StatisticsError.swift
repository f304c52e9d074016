import Foundation
import Torch

/// Why samples have no law that can be used; `description` is one line that names the finding and the way out.
public enum StatisticsError: Error, Equatable, Sendable, CustomStringConvertible, LocalizedError {
  /// There are fewer than two samples.
  case tooFewSamples(Int)
  /// A mean or covariance of this group is NaN or infinite.
  case notFinite(group: Int)
  /// The covariance of this group, its regularizer added, is not positive definite.
  case notPositiveDefinite(group: Int, regularizer: Double)

  public var description: String { "\(found): \(remedy)" }
  public var errorDescription: String? { description }

  /// What was found.
  package var found: String {
    switch self {
    case .tooFewSamples(let count):
      count == 1 ? "one sample has no covariance" : "there are no samples"
    case .notFinite(let group):
      "group \(group) has a mean or covariance that is not a finite number"
    case .notPositiveDefinite(let group, let regularizer):
      "the covariance of group \(group) is not positive definite with \(regularizer) on its diagonal"
    }
  }

  /// What the reader can do.
  package var remedy: String {
    switch self {
    case .tooFewSamples: "give at least 2"
    case .notFinite: "look for broken images, or features that overflow"
    case .notPositiveDefinite: "give more samples or a larger regularizer"
    }
  }
}

extension Tensor {
  /// Where a vector of truth values first holds; nil where it never does.
  var firstTrue: Int? { any() ? Int(to(.int32).argmax(0).item()) : nil }

  /// The first of matrices `[G, n, m]` with an element that is NaN or infinite.
  var firstNotFinite: Int? { (.!(sum(1, 2).isFinite())).firstTrue }
}

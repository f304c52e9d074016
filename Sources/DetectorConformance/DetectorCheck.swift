import Backbones
import Foundation
import Imaging
import Inspection
import Synchronization
import Torch

/// Checks that a detector keeps the laws of all detectors, whoever wrote it.
///
/// ```swift
/// var settings = Edges()
/// settings.epochs = 2  // as short as a fit can be
/// try DetectorCheck(settings).check()
/// ```
///
/// It makes its own small pictures, and fits the detector on a dozen of them some twenty times. A detector that traps on a
/// setting or a tensor ends the process, with the line that trapped.
public struct DetectorCheck: Sendable {
  /// What every detector promises.
  public enum Law: String, CaseIterable, Sendable {
    /// The same seed learns the same, bit for bit.
    case deterministic
    /// A detector that is restored from its tensors scores as before, bit for bit, and has the same tensors.
    case restored
    /// Evidence, maps and scores have their shapes and are finite.
    case shapes
    /// An image scores the same alone and among others, to rounding.
    case alone
    /// Eight threads that share a scorer get what one gets, bit for bit.
    case threads
    /// A planted flaw outscores every good image.
    case flaw
    /// Settings survive a file; one that the detector lacks is refused.
    case settings
    /// No value of a setting traps; one that is not finite, or outside of ``Detector/settings``, is refused by name.
    case hostileSettings
    /// Images with values that are NaN or infinite are an error, when learning and when scoring.
    case notFinite
    /// Small images are either refused or learnt from.
    case smallImages
    /// An error that ``FitContext/report`` throws ends the fit; the counts that it is given make sense.
    case interruption
    /// A fit that continues from a checkpoint learns the same as one without interruption, bit for bit.
    case resumed
    /// Tensors that are missing or of another shape, and a missing backbone, are refused.
    case damaged
  }

  /// A law that a detector breaks, and how.
  public struct Violation: Error, Sendable, CustomStringConvertible {
    /// The law that is broken.
    public let law: Law
    /// How, in a few words.
    public let found: String
    public var description: String { "\(law.rawValue): \(found)" }
  }

  /// All that ``check(_:)`` found.
  public struct Violations: Error, Sendable, CustomStringConvertible {
    /// Name of the detector.
    public let detector: String
    /// The broken laws, each once.
    public let all: [Violation]
    public var description: String {
      "\(detector) breaks \(all.count): " + all.map(\.description).joined(separator: "; ")
    }
  }

  let detector: any Detector
  let backbone: (any Backbone)?
  /// Weights of networks that it trains on, by id; see ``FitContext/publishedWeights``.
  public var publishedWeights: @Sendable (String) throws -> [String: Tensor] = {
    try WeightStore().tensors($0)
  }
  /// Side of the pictures in pixels.
  public var side = 64
  /// Pictures of a fit.
  public var count = 12

  /// - Parameter backbone: where the detector's features come from; random weights will do.
  public init(_ detector: some Detector, backbone: (any Backbone)? = nil) {
    self.detector = detector
    self.backbone = backbone
  }

  /// Checks the laws one after the other.
  ///
  /// - Throws: ``Violations`` where some of them are broken.
  public func check(_ laws: [Law] = Law.allCases) throws(Violations) {
    let found = violations(laws)
    guard found.isEmpty else {
      throw Violations(detector: type(of: detector).name, all: found)
    }
  }

  /// The laws that the detector breaks.
  public func violations(_ laws: [Law] = Law.allCases) -> [Violation] {
    let trial: Trial
    do { trial = try Trial(self) } catch {
      return [Violation(law: .deterministic, found: "it cannot be fitted at all: \(error)")]
    }
    return laws.compactMap { law in
      do {
        try trial.hold(law)
        return nil
      } catch {
        return error as? Violation
          ?? Violation(law: law, found: "an error that should not be: \(error)")
      }
    }
  }
}

extension RawPrediction {
  /// All of it, bit for bit.
  package var words: [UInt32] {
    ([score] + map.values + scales.flatMap(\.values)).map(\.bitPattern)
  }
}

extension ScoredBatch {
  /// All of it, bit for bit.
  package var words: [[UInt8]] {
    (evidence.scales.map(\.statistic) + [maps, scores]).map {
      $0.contiguous().withUnsafeBytes { Array($0) }
    }
  }
}

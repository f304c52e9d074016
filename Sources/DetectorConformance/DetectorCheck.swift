import Backbones
import Foundation
import Imaging
import Inspection
import Synchronization
import Torch

/// Holds a detector against what every detector promises, whoever wrote it.
///
/// ```swift
/// var settings = Edges()
/// settings.epochs = 2  // as short as a fit can be
/// try DetectorCheck(settings).check()
/// ```
///
/// The pictures are small and made here; a fit of a dozen of them is done about ten times. Laws that say "never traps"
/// end the process where they are broken, with the line that trapped.
public struct DetectorCheck: Sendable {
  /// What is promised.
  public enum Law: String, CaseIterable, Sendable {
    /// The same seed learns the same, bit for bit.
    case deterministic
    /// What was saved says what was learnt, bit for bit, and keeps the same tensors.
    case restored
    /// Evidence, maps and scores have their shapes and are finite.
    case shapes
    /// An image alone scores as among others, to rounding.
    case alone
    /// Eight threads that share a scorer get what one gets, bit for bit.
    case threads
    /// A planted flaw outscores every good image.
    case flaw
    /// Settings survive a file; one that the detector lacks is refused.
    case settings
    /// No value of a setting traps; what is no number, or out of ``Detector/settings``, is refused by name.
    case hostileSettings
    /// Numbers that are none, in images to learn from or to judge, are told.
    case notFinite
    /// Images too small are refused, or learnt from.
    case smallImages
    /// What `report` throws ends a fit; what it is told makes sense.
    case interruption
    /// A fit that goes on from a checkpoint learns what one fit learns, bit for bit.
    case resumed
    /// Tensors that are missing or of another shape, and a missing backbone, are refused.
    case damaged
  }

  /// A law that a detector breaks, and how.
  public struct Violation: Error, Sendable, CustomStringConvertible {
    public let law: Law
    public let found: String
    public var description: String { "\(law.rawValue): \(found)" }
  }

  /// All that ``check(_:)`` found, one a line.
  public struct Violations: Error, Sendable, CustomStringConvertible {
    public let detector: String
    public let all: [Violation]
    public var description: String {
      "\(detector) breaks \(all.count): " + all.map(\.description).joined(separator: "; ")
    }
  }

  public let detector: any Detector
  /// Where the detector's features come from; random weights will do.
  public let backbone: (any Backbone)?
  /// Weights of networks that it trains on, by id; see ``FitContext/publishedWeights``.
  public var publishedWeights: @Sendable (String) throws -> [String: Tensor] = {
    try WeightStore().tensors($0)
  }
  /// Side of the pictures in pixels.
  public var side = 64
  /// Pictures of a fit.
  public var count = 12

  public init(_ detector: some Detector, backbone: (any Backbone)? = nil) {
    self.detector = detector
    self.backbone = backbone
  }

  /// - Throws: ``Violations`` where one of the laws is broken.
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

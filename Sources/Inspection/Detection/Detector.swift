import Backbones
import Torch

/// A recipe: what is to be learnt from good images, and how. Its stored properties are the method's settings, with the
/// defaults of its source.
///
/// A detector never reads a file, never draws and never decides on a threshold.
public protocol Detector: Codable, Sendable {
  associatedtype Fitted: FittedDetector

  /// The name that users know it by.
  static var name: String { get }

  init()

  /// What each of the settings means and may be.
  static var settings: [Setting] { get }

  /// Settings of earlier versions by their names, in models and files that were written then.
  static var formerSettings: [String: FormerSetting] { get }

  /// Names of the settings that tell how the work is done and change nothing in what is learnt.
  static var executionSettings: Set<String> { get }

  /// The backbone whose features it takes; nil where it works on the images themselves.
  var backboneID: String? { get }

  /// Checks the settings, and whether images of that size suit them; begins with ``checkSettings(height:width:)``.
  ///
  /// - Throws: ``InspectionError`` that names the setting.
  func validate(height: Int, width: Int, backbone: (any Backbone)?) throws

  /// Learns from good images.
  ///
  /// - Throws: ``InspectionError`` where the images or settings do not do; ``TorchError`` where memory runs out, for which the
  ///   body is a `throwingOutOfMemory`.
  func fit(on images: any TrainingImages, _ context: FitContext) throws -> Fitted

  /// What was fitted before, from ``FittedDetector/tensors``.
  ///
  /// - Throws: ``ParameterError`` where they do not fit the settings.
  func restore(_ tensors: [String: Tensor], backbone: (any Backbone)?) throws -> Fitted
}

extension Detector {
  public static var settings: [Setting] { [] }
  public static var formerSettings: [String: FormerSetting] { [:] }
  public static var executionSettings: Set<String> { [] }

  /// Throws ``InspectionError`` that names the setting where `condition` does not hold.
  public func require(_ condition: Bool, _ setting: String, _ found: String, _ remedy: String)
    throws
  {
    guard condition else {
      throw InspectionError(setting, found: found, remedy: remedy, isUsage: true)
    }
  }

  /// Throws ``InspectionError`` where the backbone cannot take images of that size.
  public func requireSize(height: Int, width: Int, for backbone: (any Backbone)?) throws {
    guard let side = backbone?.imageSide else { return }
    try require(
      height == side && width == side, "image size", "\(width) x \(height)",
      "\(backboneID ?? "the backbone") takes \(side) x \(side) alone: give --image-size \(side)")
  }
}

/// A detector that has learnt what good looks like.
///
/// It changes no more: any number of threads may ask it at the same time.
public protocol FittedDetector: Sendable {
  /// All that was learnt, for ``Detector/restore(_:backbone:)``.
  var tensors: [String: Tensor] { get }

  /// What it sees in images `[N, 3, H, W]` that are preprocessed. What it says of one does not depend on the others.
  func score(_ images: Tensor) -> ScoredBatch

  /// Whether it can judge images of that size, once they are preprocessed: what a saved model says of its size need not be
  /// true.
  ///
  /// - Throws: ``InspectionError`` where what was learnt is of images of another size.
  func checkImageSize(height: Int, width: Int) throws

  /// Metrics of the fitting worth keeping, such as the last loss.
  var metrics: [String: Double] { get }

  /// Metrics of each epoch in turn, such as the loss, by name; empty where it does not learn in epochs.
  var history: [String: [Double]] { get }

  /// What was learnt, to look at.
  var diagnostics: [Diagnostic] { get }
}

extension FittedDetector {
  /// Any size will do.
  public func checkImageSize(height: Int, width: Int) throws {}

  /// Throws ``InspectionError`` where tables `found` are not `expected`, which images of that size ask for.
  package func requireSize(_ found: [Int], _ expected: [Int], height: Int, width: Int)
    throws(InspectionError)
  {
    guard found == expected else {
      throw InspectionError(
        "image size", found: "\(width) x \(height), though the tensors are of another",
        remedy: "give images of the size that the model was trained with", isUsage: true)
    }
  }
  public var metrics: [String: Double] { [:] }
  public var history: [String: [Double]] { [:] }
  public var diagnostics: [Diagnostic] { [] }
}

/// A fitted detector that learns of new good images without the old ones.
public protocol UpdatableDetector: FittedDetector {
  /// What it is after it has seen `images`, too.
  ///
  /// - Throws: the error of the first image that cannot be read, or what `report` throws.
  func updated(with images: any TrainingImages, report: (WorkProgress) throws -> Void) throws
    -> Self
}

/// A detector with one of its parts left out, or another in its place: what the part is worth shows in the difference.
public struct Ablation: Sendable {
  /// A name that a folder can have, such as `without-location`.
  public let name: String
  /// What is otherwise, in so many words.
  public let change: String
  /// The settings that make it so.
  public let settings: [String: JSONValue]

  public init(_ name: String, _ change: String, _ settings: [String: JSONValue]) {
    self.name = name
    self.change = change
    self.settings = settings
  }
}

/// A detector that tells what it can be tried without.
public protocol AblatableDetector: Detector {
  static var ablations: [Ablation] { get }
}

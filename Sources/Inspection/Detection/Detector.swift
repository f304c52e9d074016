import Backbones
import Torch

/// A method and its settings: what is to be learnt from good images, and how. Its stored properties are the settings, with
/// the defaults of its source; their names are those in files and on the command line.
///
/// A detector never reads a file, never draws and never decides on a threshold. How to write one: <doc:WritingADetector>.
public protocol Detector: Codable, Sendable {
  associatedtype Fitted: FittedDetector

  /// The name that users know it by.
  static var name: String { get }

  /// The defaults.
  init()

  /// What each of the settings means and may be.
  static var settings: [Setting] { get }

  /// Settings of earlier versions by their names, in models and files that were written then.
  static var formerSettings: [String: FormerSetting] { get }

  /// Names of the settings that tell how the work is done and change nothing in what is learnt.
  static var executionSettings: Set<String> { get }

  /// The backbone whose features it takes; nil where it works on the images themselves.
  var backboneID: String? { get }

  /// Checks the settings, and whether images of that size in pixels suit them; begins with
  /// ``checkSettings(height:width:)``.
  ///
  /// - Parameter backbone: that of ``backboneID``.
  /// - Throws: ``InspectionError`` that names the setting.
  func validate(height: Int, width: Int, backbone: (any Backbone)?) throws

  /// Learns from good images. The same images, settings and ``FitContext/seed`` give the same, bit for bit.
  ///
  /// - Throws: ``InspectionError`` where nothing can be learnt from the images, `TorchError` where memory runs out (for which
  ///   the body is a `throwingOutOfMemory`), the error of the first image that cannot be read, or what the functions of the
  ///   context throw.
  func fit(on images: any TrainingImages, _ context: FitContext) throws -> Fitted

  /// What was fitted before, from ``FittedDetector/tensors``.
  ///
  /// - Throws: any error, such as ``ParameterError``, where they do not fit the settings: a file may be damaged, or made up.
  func restore(_ tensors: [String: Tensor], backbone: (any Backbone)?) throws -> Fitted
}

extension Detector {
  public static var settings: [Setting] { [] }
  public static var formerSettings: [String: FormerSetting] { [:] }
  public static var executionSettings: Set<String> { [] }

  /// The same as `guard condition` with a throw.
  ///
  /// - Throws: ``InspectionError`` that names the setting, where `condition` does not hold.
  public func require(_ condition: Bool, _ setting: String, _ found: String, _ remedy: String)
    throws
  {
    guard condition else {
      throw InspectionError(setting, found: found, remedy: remedy, isUsage: true)
    }
  }

  /// The backbone that ``backboneID`` asks for.
  ///
  /// - Throws: ``InspectionError`` where there is none.
  public func required(_ backbone: (any Backbone)?) throws -> any Backbone {
    guard let backbone else {
      throw InspectionError(
        Self.name, found: "no backbone",
        remedy: "load \(backboneID ?? "one") and hand it over as the backbone")
    }
    return backbone
  }

  /// The taps of the backbone that the setting `taps` chooses, in its order.
  ///
  /// - Throws: ``InspectionError`` where there is no backbone, where it lacks one of them, where one comes twice, or where
  ///   none is chosen.
  public func chosenTaps(_ choices: [TapChoice], of backbone: (any Backbone)?) throws
    -> [FeatureTap]
  {
    let backbone = try required(backbone)
    let taps = choices.compactMap { backbone.tap($0) }
    // Names from a file may be long.
    let found = String("\(choices)".prefix(200))
    try require(
      taps.count == choices.count && !taps.isEmpty, "taps", found,
      "\(backboneID ?? "the backbone") has strides"
        + " \(backbone.strides.map(String.init).joined(separator: ", "));"
        + " by name its taps are \(backbone.taps.map(\.name).joined(separator: ", "))")
    try require(
      Set(taps).count == taps.count, "taps", found,
      "\(taps.map { "\($0.name) has stride \($0.stride)" }.joined(separator: ", ")): give each once"
    )
    return taps
  }

  /// Checks images against ``Backbone/imageSide``.
  ///
  /// - Throws: ``InspectionError`` where the backbone cannot take images of that size.
  public func requireSize(height: Int, width: Int, for backbone: (any Backbone)?) throws {
    guard let side = backbone?.imageSide else { return }
    try require(
      height == side && width == side, "image size", "\(width) x \(height)",
      "\(backboneID ?? "the backbone") takes \(side) x \(side) alone: give --image-size \(side)")
  }
}

/// A detector that has learnt what good looks like.
///
/// It does not change any more: any number of threads may ask it at the same time.
public protocol FittedDetector: Sendable {
  /// All that was learnt, for ``Detector/restore(_:backbone:)``.
  var tensors: [String: Tensor] { get }

  /// What it sees in preprocessed images `[N, 3, H, W]`, `float32`. What it says of one does not depend on the others.
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

  /// Compares the size of a learnt table with the one that images of `width` x `height` pixels need.
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

/// A fitted detector that can learn from more good images without the old ones, see `blemish train --update`.
public protocol UpdatableDetector: FittedDetector {
  /// The detector that knows the old images and `images`.
  ///
  /// - Parameter report: takes note of how far the work is; it throws to end it.
  /// - Throws: the error of the first image that cannot be read, or what `report` throws.
  func updated(with images: any TrainingImages, report: (WorkProgress) throws -> Void) throws
    -> Self
}

/// A detector with one part left out, or replaced: the difference in its metrics shows what the part is worth.
public struct Ablation: Sendable {
  /// A name that a folder can have, such as `without-location`.
  public let name: String
  /// What is different, in words for a table.
  public let change: String
  /// The settings that make it so.
  public let settings: [String: JSONValue]

  public init(_ name: String, _ change: String, _ settings: [String: JSONValue]) {
    self.name = name
    self.change = change
    self.settings = settings
  }
}

/// A detector whose parts can be left out, see `blemish ablate`.
public protocol AblatableDetector: Detector {
  /// All that can be tried.
  static var ablations: [Ablation] { get }
}

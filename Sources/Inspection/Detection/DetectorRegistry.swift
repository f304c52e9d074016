import Foundation

/// The detectors that can be asked for by name.
///
/// One with a detector of your own beside those of this package:
///
/// ```swift
/// let registry = DetectorRegistry(
///   DetectorRegistry.all.types + [Edges.self], presets: DetectorRegistry.all.presets)
/// ```
public struct DetectorRegistry: Sendable {
  public let types: [any Detector.Type]
  /// Published settings of these detectors.
  public let presets: [Preset]

  public init(_ types: [any Detector.Type], presets: [Preset] = []) {
    self.types = types
    self.presets = presets
  }

  /// Names of all detectors, in order.
  public var names: [String] { types.map { $0.name } }

  /// - Throws: ``InspectionError`` where there is none of that name.
  public func type(_ name: String) throws -> any Detector.Type {
    guard let type = types.first(where: { $0.name == name }) else {
      throw InspectionError(
        "detector \(name)", found: "there is none of that name",
        remedy: "use one of: \(names.joined(separator: ", "))", isUsage: true)
    }
    return type
  }

  /// The detector `name` with its defaults, save for `settings`.
  ///
  /// Names and values of earlier versions are understood, see ``Detector/formerSettings``. Whether a value is within its
  /// bounds, ``Detector/validate(height:width:backbone:)`` tells.
  ///
  /// - Throws: ``InspectionError`` for a setting that the detector does not have, or a value of another type.
  public func detector(_ name: String, settings: [String: JSONValue] = [:]) throws -> any Detector {
    try Self.make(type(name).init(), settings: settings)
  }

  /// As ``detector(_:settings:)-(String,_)``, of a saved model, whose training is over.
  func detector(_ name: String, saved settings: [String: JSONValue]) throws -> any Detector {
    let type = try type(name)
    let former = settings.keys.filter { type.formerSettings[$0] != nil }.map { "setting \($0)" }
    do { return try Self.make(type.init(), settings: settings, isSaved: true) } catch let error
      as InspectionError where former.contains(error.subject)
    {
      throw InspectionError(
        error.subject, found: "\(error.found), which this version lacks",
        remedy: "judge with the version that trained the model, or train it anew")
    }
  }

  /// The published settings of that name.
  ///
  /// - Throws: ``InspectionError`` where there is none of that name.
  public func preset(_ name: String) throws -> Preset {
    guard let preset = presets.first(where: { $0.name == name }) else {
      let family = name.split(separator: "/").first.map { "\($0)/" } ?? ""
      let near = presets.map(\.name).filter { $0.hasPrefix(family) }
      throw InspectionError(
        "preset \(name)", found: "there is none of that name",
        remedy:
          "use one of: \((near.isEmpty ? presets.map(\.name) : near).joined(separator: ", "))",
        isUsage: true)
    }
    return preset
  }

  /// `detector`, save for `settings`.
  ///
  /// - Throws: ``InspectionError`` for a setting that the detector does not have, or a value of another type.
  package func detector(_ detector: any Detector, settings: [String: JSONValue]) throws
    -> any Detector
  {
    try Self.make(detector, settings: settings)
  }

  private static func make<D: Detector>(
    _ start: D, settings: [String: JSONValue], isSaved: Bool = false
  ) throws -> any Detector {
    var detector = start
    var merged = try JSONValue(encoding: detector).members
    let settings = try FormerSetting.translated(settings, for: D.self, isSaved: isSaved)
    // One by one, since the error of a number that does not fit tells no name.
    for (key, value) in settings.sorted(by: { $0.key < $1.key }) {
      guard let before = merged[key] else {
        throw InspectionError(
          "setting \(key)", found: "the detector \(D.name) has none of that name",
          remedy: "use one of: \(merged.keys.sorted().joined(separator: ", "))", isUsage: true)
      }
      merged[key] = value
      do {
        detector = try JSONDecoder().decode(D.self, from: JSONEncoder().encode(merged))
      } catch {
        let setting = D.settings.first { $0.name == key }
        throw InspectionError(
          "setting \(key)", found: setting == nil ? finding(error) : value.told,
          remedy: setting.map { "give \($0.allowed)" }
            ?? "give a value of the kind that it has: \(before.told)", isUsage: true)
      }
    }
    return detector
  }

  /// What is wrong with a setting that could not be encoded or decoded.
  private static func finding(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return "not a finite number" }
    // The decoder takes a number that its type cannot hold for no JSON at all.
    if case .dataCorrupted(let context) = error, context.codingPath.isEmpty {
      return "a number that does not fit its type"
    }
    return error.finding
  }
}

extension DecodingError {
  /// What a person would call a type.
  private static func form(of type: any Any.Type) -> String {
    switch type {
    case is any BinaryInteger.Type: "a whole number"
    case is any BinaryFloatingPoint.Type: "a number"
    case is Bool.Type: "true or false"
    case is String.Type: "a text"
    default: "\(type)".hasPrefix("Array") ? "a list such as [1,2]" : "a group of names and values"
    }
  }

  /// What a JSON value should have been, in a few words.
  package var finding: String {
    let (context, what): (Context, String) =
      switch self {
      case .typeMismatch(let type, let context): (context, "is not \(Self.form(of: type))")
      case .valueNotFound(_, let context): (context, "is missing")
      case .keyNotFound(let key, let context): (context, "lacks \(key.stringValue)")
      case .dataCorrupted(let context): (context, context.debugDescription)
      @unknown default: (Context(codingPath: [], debugDescription: ""), "\(self)")
      }
    let path = context.codingPath.map(\.stringValue).joined(separator: ".")
    return path.isEmpty ? what : "\(path) \(what)"
  }
}

/// Published settings of a detector for certain data.
public struct Preset: Sendable {
  /// Detector, data set and what it is of, as in `anomalyhop/mvtec/bottle`.
  public let name: String
  public let detector: any Detector
  /// Size in pixels that images are brought to, both sides.
  public let imageSize: Int

  public init(name: String, detector: any Detector, imageSize: Int) {
    self.name = name
    self.detector = detector
    self.imageSize = imageSize
  }
}

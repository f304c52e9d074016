import Foundation

/// What a setting of a detector means, and what it may be.
///
/// The command line, configuration files and saved models all come to ``Detector/checkSettings(height:width:)``, which
/// holds every value against this, so a number of any size is an error with a name and never reaches arithmetic.
///
/// ```swift
/// static let settings: [Setting] = [
///   .integer("epochs", 1...100_000, "passes over the images"),
///   .number("learningRate", above: 0, through: 1, "step size of the optimizer"),
/// ]
/// ```
public struct Setting: Sendable {
  /// The values that are allowed.
  public indirect enum Domain: Sendable {
    /// A whole number in a range.
    case integer(ClosedRange<Int>)
    /// One of some whole numbers.
    case integers([Int])
    /// A number in a range.
    ///
    /// - Parameter isOpen: whether the lower bound itself is left out.
    case number(ClosedRange<Double>, isOpen: Bool)
    /// True or false.
    case flag
    /// One of some words.
    case choice([String])
    /// A tap of a backbone: its stride or its name, see ``TapChoice``.
    case tap
    /// A name, such as that of a backbone.
    case text
    /// As many values of another domain as `count` allows.
    ///
    /// - Parameter isDistinct: whether no value may come twice.
    case list(Domain, count: ClosedRange<Int>, isDistinct: Bool)
  }

  /// As in files and on the command line.
  public let name: String
  /// The values that are allowed.
  public let domain: Domain
  /// What it is, with its unit, in a few words.
  public let meaning: String

  public init(_ name: String, _ domain: Domain, _ meaning: String) {
    self.name = name
    self.domain = domain
    self.meaning = meaning
  }

  /// A whole number in a range.
  public static func integer(_ name: String, _ range: ClosedRange<Int>, _ meaning: String)
    -> Setting
  {
    Setting(name, .integer(range), meaning)
  }

  /// A number in a range.
  public static func number(_ name: String, _ range: ClosedRange<Double>, _ meaning: String)
    -> Setting
  {
    Setting(name, .number(range, isOpen: false), meaning)
  }

  /// A number that is larger than `bound` and at most `largest`.
  public static func number(
    _ name: String, above bound: Double, through largest: Double, _ meaning: String
  ) -> Setting {
    Setting(name, .number(bound...largest, isOpen: true), meaning)
  }

  /// True or false.
  public static func flag(_ name: String, _ meaning: String) -> Setting {
    Setting(name, .flag, meaning)
  }

  /// One of the cases of an enumeration of words.
  public static func choice<Value: CaseIterable & RawRepresentable<String>>(
    _ name: String, _ values: Value.Type, _ meaning: String
  ) -> Setting {
    Setting(name, .choice(values.allCases.map(\.rawValue)), meaning)
  }

  /// A name, such as that of a backbone.
  public static func text(_ name: String, _ meaning: String) -> Setting {
    Setting(name, .text, meaning)
  }

  /// Taps of a backbone, each by its stride or its name, for a property of type `[TapChoice]`.
  public static func taps(_ name: String, _ meaning: String) -> Setting {
    .list(name, of: .tap, count: 1...16, isDistinct: true, meaning)
  }

  /// As many values as `count` allows.
  public static func list(
    _ name: String, of element: Domain, count: ClosedRange<Int>, isDistinct: Bool = false,
    _ meaning: String
  ) -> Setting {
    Setting(name, .list(element, count: count, isDistinct: isDistinct), meaning)
  }

  /// What to give: `a whole number from 1 to 100000 (passes over the images)`.
  package var allowed: String { "\(domain.description) (\(meaning))" }

  /// - Throws: ``InspectionError`` that names the setting, what was found and what is allowed.
  func check(_ value: JSONValue) throws(InspectionError) {
    guard domain.contains(value) else {
      throw InspectionError(
        name, found: value.told, remedy: "give \(allowed)", isUsage: true)
    }
  }
}

extension Setting.Domain: CustomStringConvertible {
  /// What is longer is no name.
  private static let longestText = 256

  package func contains(_ value: JSONValue) -> Bool {
    switch (self, value) {
    case (.integer(let range), .integer(let value)): range.contains(value)
    case (.integers(let values), .integer(let value)): values.contains(value)
    case (.number(let range, let isOpen), _):
      value.double.map { range.contains($0) && !(isOpen && $0 == range.lowerBound) } ?? false
    case (.flag, .bool): true
    case (.choice(let values), .string(let value)): values.contains(value)
    case (.tap, .integer(let stride)): (1...1024).contains(stride)
    case (.text, .string(let value)), (.tap, .string(let value)):
      (1...Self.longestText).contains(value.utf8.count)
    case (.list(let element, let count, let isDistinct), .array(let values)):
      count.contains(values.count) && values.allSatisfy(element.contains)
        && !(isDistinct && Set(values.map(\.told)).count < values.count)
    default: false
    }
  }

  public var description: String {
    switch self {
    case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .integers(let values): "one of \(values.map { "\($0)" }.joined(separator: ", "))"
    case .number(let range, let isOpen):
      isOpen
        ? "a number above \(Self.short(range.lowerBound)), at most \(Self.short(range.upperBound))"
        : "a number from \(Self.short(range.lowerBound)) to \(Self.short(range.upperBound))"
    case .flag: "true or false"
    case .choice(let values): "one of \(values.joined(separator: ", "))"
    case .text: "a name"
    case .tap: "the stride of a tap from 1 to 1024, or its name"
    case .list(let element, let count, let isDistinct):
      "a list of \(count.lowerBound) to \(count.upperBound), each \(element)"
        + (isDistinct ? ", none of them twice" : "")
    }
  }

  private static func short(_ value: Double) -> String {
    Int(exactly: value).map { "\($0)" } ?? "\(value)"
  }
}

extension JSONValue {
  /// The number that it is; nil for all else.
  var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// As a person would write it: `[4, 8]`, `nan`, `true`. The beginning of it where it is long.
  var told: String {
    let text =
      switch self {
      case .null: "nothing"
      case .bool(let value): "\(value)"
      case .integer(let value): "\(value)"
      case .number(let value): "\(value)"
      case .string(let value): value.isEmpty ? "an empty text" : value
      case .array(let values): "[\(values.prefix(50).map(\.told).joined(separator: ", "))]"
      case .object: "a group of names and values"
      }
    return text.count > 200 ? "\(text.prefix(200))…" : text
  }

  /// The settings of a detector, numbers that JSON lacks among them as `nan` and `inf`.
  init(settingsOf detector: some Detector) throws {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    self = try JSONDecoder().decode(JSONValue.self, from: encoder.encode(detector))
  }
}

extension Detector {
  /// Compares every setting with its bounds in ``settings``, and the image size with ``ImagePreprocessing/sides``; the
  /// first thing that ``validate(height:width:backbone:)`` does.
  ///
  /// - Throws: ``InspectionError`` that names the setting, what was found and what is allowed.
  public func checkSettings(height: Int, width: Int) throws {
    let found = try JSONValue(settingsOf: self).members
    for setting in Self.settings {
      if let value = found[setting.name] { try setting.check(value) }
    }
    let sides = ImagePreprocessing.sides
    try require(
      sides.contains(height) && sides.contains(width), "image size", "\(width) x \(height)",
      "give sides of \(sides.lowerBound) to \(sides.upperBound) pixels")
  }

  /// Checks that a table fits into memory which has as many elements as the product of `factors`, however large that is.
  ///
  /// - Parameter limit: the most elements that are allowed; 2^32 are 16 GiB in single precision.
  /// - Throws: ``InspectionError`` that names `setting`, where there are more.
  public func requireRoom(
    for factors: [Int], limit: Int = 1 << 32, _ setting: String, _ found: String, _ remedy: String
  ) throws {
    var product = 1
    for factor in factors {
      let (next, isTooLarge) = product.multipliedReportingOverflow(by: factor)
      try require(!isTooLarge && next <= limit, setting, found, remedy)
      product = next
    }
  }
}

/// What became of a setting that detectors of an earlier version had, so that their models, configuration files and
/// commands are still understood.
public enum FormerSetting: Sendable {
  /// It has another name now, and the same values.
  case renamed(String)
  /// It is gone. What is left is what `value` meant.
  ///
  /// - Parameter instead: what to do for another value, where something can be done.
  case removed(JSONValue, instead: String? = nil)
  /// As ``removed(_:instead:)``, of a setting that says how something is learnt and no more: what a saved model has learnt,
  /// it has learnt, so there any value is fine.
  case removedFromTraining(JSONValue, instead: String? = nil)
  /// One setting now stands for several. `values` tells, for each value that this one had, the value of the setting `name`
  /// that includes it; what `name` is by default needs no other of the group beside it.
  case grouped(String, values: [(former: JSONValue, now: JSONValue)])

  /// `settings` by the names and values of today.
  ///
  /// - Parameter isSaved: whether they are those of a model that has learnt already.
  /// - Throws: ``InspectionError`` that names the setting whose value is no longer there, or that comes by two names.
  static func translated<D: Detector>(
    _ settings: [String: JSONValue], for detector: D.Type, isSaved: Bool = false
  ) throws -> [String: JSONValue] {
    let former = D.formerSettings
    var result = settings.filter { former[$0.key] == nil }
    var groups: [String: [String: JSONValue]] = [:]
    func refused(_ name: String, _ value: JSONValue, _ remedy: String) -> InspectionError {
      InspectionError("setting \(name)", found: value.told, remedy: remedy, isUsage: true)
    }
    for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
      switch former[name] {
      case nil: break
      case .renamed(let now):
        guard settings[now] == nil else {
          throw refused(name, value, "its name is \(now) now, which is given too: leave one out")
        }
        result[now] = value
      case .removedFromTraining where isSaved: break
      case .removed(let meant, let instead), .removedFromTraining(let meant, let instead):
        guard value.isSame(as: meant) else {
          throw refused(
            name, value,
            "the setting is gone, and all is as with \(meant.told) now: "
              + (instead ?? "leave it out"))
        }
      case .grouped(let group, let values):
        guard let now = values.first(where: { $0.former.isSame(as: value) })?.now else {
          throw refused(
            name, value,
            "\(group) stands for it now, with "
              + values.map { "\($0.former.told) for \(group)=\($0.now.told)" }
              .joined(separator: " or "))
        }
        groups[group, default: [:]][name] = now
      }
    }
    let defaults = try JSONValue(settingsOf: D()).members
    for (group, members) in groups {
      let all = former.filter { if case .grouped(group, _) = $0.value { true } else { false } }
      let values = Set(members.values.map(\.told))
      let isWhole = members.count == all.count || members.values.first == defaults[group]
      guard values.count == 1, isWhole, let value = members.values.first,
        settings[group] == nil || settings[group] == value
      else {
        let name = members.keys.sorted().first { members[$0] != defaults[group] } ?? group
        throw refused(
          name, settings[name] ?? .null,
          "\(group) stands for it now, together with "
            + all.keys.filter { $0 != name }.sorted().joined(separator: ", ")
            + ": give \(group)=\((members[name] ?? .null).told) in their place")
      }
      result[group] = value
    }
    return result
  }
}

extension JSONValue {
  /// Whether both mean the same: 1 and 1.0 do.
  fileprivate func isSame(as other: JSONValue) -> Bool {
    if let number = double, let another = other.double { return number == another }
    return self == other
  }
}

import ArgumentParser
import Records

/// One option of a structure of options: its name, and how it gets from a file into the structure and from there into a
/// run's record.
package struct OptionField<Options> {
  /// Its name on the command line without the dashes, and in files.
  package let key: String
  /// Earlier names, which files may still have.
  package let aliases: [String]
  package let isPositional: Bool
  /// What its values may be, in a person's words.
  package let allowed: String
  /// What to give where nothing is given that cannot be done without.
  let need: String?
  let isGiven: (Options) -> Bool
  /// For the run's record; nil where there is nothing to note.
  let record: (Options) -> JSONValue?
  /// Takes a value of a file unless the command line has given one; false where it is of a wrong kind.
  let fill: (inout Options, JSONValue) -> Bool
  /// A value out of bounds, as text.
  let outOfBounds: (Options) -> String?

  /// How the command line spells it.
  package var spelling: String { isPositional ? "<\(key)>" : "--\(key)" }
}

extension OptionField {
  /// An option with one value.
  package init<Value: OptionValue>(
    _ key: String, _ path: WritableKeyPath<Options, Value?>, within bound: Bound<Value>? = nil,
    need: String? = nil, aliases: [String] = [], isPositional: Bool = false,
    isRecorded: Bool = true
  ) {
    self.init(
      key: key, aliases: aliases, isPositional: isPositional, allowed: bound?.allowed ?? Value.kind,
      need: need,
      isGiven: { $0[keyPath: path] != nil },
      record: { isRecorded ? $0[keyPath: path]?.json : nil },
      fill: { options, value in
        guard options[keyPath: path] == nil else { return true }
        options[keyPath: path] = Value(value)
        return options[keyPath: path] != nil
      },
      outOfBounds: { options in
        guard let bound, let value = options[keyPath: path], !bound.contains(value) else {
          return nil
        }
        return value.defaultValueDescription
      })
  }

  /// An option that can be repeated.
  package init<Value: OptionValue>(
    _ key: String, _ path: WritableKeyPath<Options, [Value]>, need: String? = nil,
    isPositional: Bool = false
  ) {
    self.init(
      key: key, aliases: [], isPositional: isPositional,
      allowed: "\(Value.kind), or a list of such", need: need,
      isGiven: { !$0[keyPath: path].isEmpty },
      record: {
        $0[keyPath: path].isEmpty ? nil : .array($0[keyPath: path].map(\.json))
      },
      fill: { options, value in
        guard options[keyPath: path].isEmpty else { return true }
        let items = if case .array(let items) = value { items } else { [value] }
        options[keyPath: path] = items.compactMap { Value($0) }
        return options[keyPath: path].count == items.count
      },
      outOfBounds: { _ in nil })
  }

  /// A flag.
  package init(_ key: String, _ path: WritableKeyPath<Options, Bool>, isRecorded: Bool = true) {
    self.init(
      key: key, aliases: [], isPositional: false, allowed: "true or false", need: nil,
      isGiven: { $0[keyPath: path] },
      record: { isRecorded && $0[keyPath: path] ? .bool(true) : nil },
      fill: { options, value in
        guard case .bool(let isOn) = value else { return false }
        if isOn { options[keyPath: path] = true }
        return true
      },
      outOfBounds: { _ in nil })
  }

  /// Settings of a detector by name. Those of a file hold unless the command line names them, too.
  package init(_ key: String, settings path: WritableKeyPath<Options, [GivenSetting]>) {
    self.init(
      key: key, aliases: [], isPositional: false,
      allowed: "name=value, or in a file names with a value each", need: nil,
      isGiven: { !$0[keyPath: path].isEmpty },
      record: {
        $0[keyPath: path].isEmpty ? nil : .object($0[keyPath: path].members)
      },
      fill: { options, value in
        var settings: [GivenSetting] = []
        switch value {
        case .object(let members):
          settings = members.sorted { $0.key < $1.key }.map {
            GivenSetting(name: $0.key, value: $0.value)
          }
        case .array(let items):
          settings = items.compactMap { String($0).flatMap(GivenSetting.init(argument:)) }
          guard settings.count == items.count else { return false }
        default:
          guard let setting = String(value).flatMap(GivenSetting.init(argument:)) else {
            return false
          }
          settings = [setting]
        }
        options[keyPath: path] = settings + options[keyPath: path]
        return true
      },
      outOfBounds: { _ in nil })
  }

  /// The option as one of a structure that has this one in it.
  func within<Whole>(_ path: WritableKeyPath<Whole, Options>) -> OptionField<Whole> {
    OptionField<Whole>(
      key: key, aliases: aliases, isPositional: isPositional, allowed: allowed, need: need,
      isGiven: { isGiven($0[keyPath: path]) },
      record: { record($0[keyPath: path]) },
      fill: { fill(&$0[keyPath: path], $1) },
      outOfBounds: { outOfBounds($0[keyPath: path]) })
  }
}

extension Array {
  /// The options of a part as options of the whole.
  package func within<Part, Whole>(_ path: WritableKeyPath<Whole, Part>) -> [OptionField<Whole>]
  where Element == OptionField<Part> {
    map { $0.within(path) }
  }
}

import Foundation

/// JSON as this package writes it: one form, so that equal content gives equal files.
public enum JSON {
  public static func encode(_ value: some Encodable, pretty: Bool = true) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting =
      pretty
      ? [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      : [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(value) + (pretty ? Data("\n".utf8) : Data())
  }
}

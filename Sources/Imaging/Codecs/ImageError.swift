import Foundation

/// Why an image could not be read or written: names the file, what was found, what was expected and the way out.
public struct ImageError: Error, Equatable, Sendable, CustomStringConvertible, LocalizedError {
  public enum Kind: Sendable, Equatable {
    case missing
    case unreadable
    case empty
    case unknownFormat
    case truncated
    case corrupt
    case unsupported
    case tooLarge
    case outOfMemory
    case unwritable
  }

  public let kind: Kind

  /// The path as it was given, or a name for bytes in memory.
  public let file: String
  public let found: String
  public let expected: String
  public let remedy: String

  /// One line: file, found, expected, way out.
  public var description: String {
    "\(file): \(found); expected \(expected); \(remedy)"
  }

  public var errorDescription: String? { description }

  static let readableFormats = "a PNG, JPEG, TIFF, WebP or BMP image"
}

extension String {
  /// The text of a fixed `char[]` field of a C struct, up to its zero.
  init<Field: BitwiseCopyable>(cField field: Field) {
    self = withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}

import Foundation

/// Why an image could not be read or written: names the file, what was found, what was expected and the way out.
public struct ImageError: Error, Equatable, Sendable, CustomStringConvertible, LocalizedError {
  /// What kind of thing went wrong.
  public enum Kind: Sendable, Equatable {
    /// There is no such file.
    case missing
    /// The system does not give its bytes, or it is no regular file.
    case unreadable
    /// It has no bytes.
    case empty
    /// Its first bytes are those of no format that is read.
    case unknownFormat
    /// It ends too soon.
    case truncated
    /// Its content breaks the rules of its format.
    case corrupt
    /// It follows the rules, but uses what is not read.
    case unsupported
    /// It has more pixels or bytes than ``ImageLimits`` lets.
    case tooLarge
    /// There was no memory for it.
    case outOfMemory
    /// An image has samples that a format does not hold.
    case unwritable
  }

  /// What kind of thing went wrong.
  public let kind: Kind

  /// The path as it was given, or a name for bytes in memory.
  public let file: String
  /// What is wrong with it.
  public let found: String
  /// What would have been right.
  public let expected: String
  /// What the reader can do.
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

import FoundationEssentials
import Glibc
import Records

/// What the command says: results on standard output, so that they can be piped, all else on standard error.
package enum Console {
  package static let isTerminal = isatty(STDERR_FILENO) == 1

  /// Writes a result and ends its line.
  ///
  /// - Throws: ``InspectionError`` where it cannot be written, as on a full disk.
  package static func result(_ text: String) throws {
    try result(Data((text + "\n").utf8))
  }

  package static func result(_ bytes: Data) throws {
    guard !write(Array(bytes), to: STDOUT_FILENO) else { return }
    throw InspectionError(
      "standard output", found: "it cannot be written to (\(String(cString: strerror(errno))))",
      remedy: "free space on the disk, or send it elsewhere")
  }

  /// Writes one line for people: what a file name may hide (line ends, escape sequences) does not reach the terminal.
  package static func plain(_ line: String) {
    raw(shown(line.split(whereSeparator: \.isNewline).joined(separator: " ")) + "\n")
  }

  /// A text without what would move a terminal's cursor.
  package static func shown(_ text: String) -> String {
    let scalars = text.unicodeScalars.map { scalar in
      scalar.properties.generalCategory == .control ? "\u{fffd}" : scalar
    }
    return String(String.UnicodeScalarView(scalars))
  }

  package static func error(_ message: String) { plain("error: " + message) }

  package static func warning(_ message: String) { plain("warning: " + message) }

  /// Writes to standard error. A failure is let go: there is nobody left to be told.
  package static func raw(_ text: String) { _ = write(Array(text.utf8), to: STDERR_FILENO) }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { return false }
      rest = rest.dropFirst(written)
    }
    return true
  }
}

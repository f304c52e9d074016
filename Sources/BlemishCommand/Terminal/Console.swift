import Blemish
import Foundation

/// What the command says: results on standard output, so that they can be piped, all else on standard error.
enum Console {
  static let isTerminal = isatty(STDERR_FILENO) == 1

  /// Writes a result and ends its line.
  ///
  /// - Throws: ``InspectionError`` where it cannot be written, as on a full disk.
  static func result(_ text: String) throws {
    try result(Data((text + "\n").utf8))
  }

  static func result(_ bytes: Data) throws {
    do { try FileHandle.standardOutput.write(contentsOf: bytes) } catch {
      throw InspectionError(
        "standard output", found: "it cannot be written to (\(InspectionError.reason(error)))",
        remedy: "free space on the disk, or send it elsewhere")
    }
  }

  /// Writes one line for people: what a file name may hide (line ends, escape sequences) does not reach the terminal.
  static func plain(_ line: String) {
    let words = line.split(whereSeparator: \.isNewline).joined(separator: " ")
    let shown = words.unicodeScalars.map { scalar in
      scalar.properties.generalCategory == .control ? "\u{fffd}" : scalar
    }
    raw(String(String.UnicodeScalarView(shown)) + "\n")
  }

  static func error(_ message: String) { plain("error: " + message) }

  static func warning(_ message: String) { plain("warning: " + message) }

  /// Facts as they are, doubts as warnings.
  static func remark(_ remark: Remark) {
    switch remark.severity {
    case .fact: plain(remark.text)
    case .doubt: warning(remark.text)
    }
  }

  /// Writes to standard error. A failure is let go: there is nobody left to be told.
  static func raw(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
      guard written > 0 else { return }
      rest = rest.dropFirst(written)
    }
  }
}

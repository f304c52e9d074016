import Foundation

/// What the command says to people: all of it on standard error, so that results can be piped.
enum Console {
  static let isTerminal = isatty(STDERR_FILENO) == 1

  static func plain(_ line: String) {
    FileHandle.standardError.write(Data((line + "\n").utf8))
  }

  static func error(_ message: String) {
    // One failure, one line.
    plain("error: " + message.split(whereSeparator: \.isNewline).joined(separator: " "))
  }

  static func warning(_ message: String) { plain("warning: " + message) }

  static func raw(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}

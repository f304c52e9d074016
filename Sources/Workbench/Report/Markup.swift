import Mustache

/// Text made safe for HTML and SVG, in elements and in quoted attributes.
///
/// swift-mustache escapes by grapheme, so a quote followed by a combining mark would pass through it and
/// end an attribute; this goes by Unicode scalar, as browsers do.
struct Markup: MustacheContentType {
  func escapeText(_ text: String) -> String { Self.escape(text) }

  static func escape(_ text: String) -> String {
    var escaped = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "<": escaped.append(contentsOf: "&lt;".unicodeScalars)
      case ">": escaped.append(contentsOf: "&gt;".unicodeScalars)
      case "&": escaped.append(contentsOf: "&amp;".unicodeScalars)
      case "\"": escaped.append(contentsOf: "&quot;".unicodeScalars)
      case "'": escaped.append(contentsOf: "&#39;".unicodeScalars)
      // Control characters have no place in a document; what they hide should be seen.
      case "\u{0}"..."\u{1f}", "\u{7f}": escaped.append("\u{fffd}")
      default: escaped.append(scalar)
      }
    }
    return String(escaped)
  }
}

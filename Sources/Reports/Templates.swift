import Foundation
import Mustache
import Workbench

/// The templates of the documents; each may include the others by name.
enum Templates {
  /// The document that the template `name` makes of `view`.
  ///
  /// An included template escapes by the library's own rule unless its first line asks for ours.
  ///
  /// Throws where a template cannot be parsed.
  static func render(_ name: String, _ view: [String: Any]) throws -> String {
    MustacheContentTypes.register(Markup(), named: "MARKUP")
    var library = MustacheLibrary()
    let sources = [
      "report": PackageResources.report_mustache,
      "comparison": PackageResources.comparison_mustache,
      "benchmark": PackageResources.benchmark_mustache,
      "head": PackageResources.head_mustache,
      "plots": PackageResources.plots_mustache,
      "tables": PackageResources.tables_mustache,
      "pictures": PackageResources.pictures_mustache,
      "provenance": PackageResources.provenance_mustache,
      "script": PackageResources.script_mustache,
    ]
    for (name, source) in sources {
      try library.register(String(decoding: source, as: UTF8.self), named: name)
    }
    guard let document = library.render(view, withTemplate: name) else {
      preconditionFailure("there is no template \(name)")
    }
    return document
  }
}

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

extension Thumbnail {
  /// The image as a `data:` address, its kind read off its first bytes.
  var address: String {
    let kind =
      if bytes.starts(with: [0xff, 0xd8]) {
        "jpeg"
      } else if bytes.starts(with: Array("RIFF".utf8)) {
        "webp"
      } else {
        "png"
      }
    return "data:image/\(kind);base64,\(Data(bytes).base64EncodedString())"
  }
}

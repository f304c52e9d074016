/// Parts of a path as text. Foundation's own, of `NSString`, trap for names of one character.
extension String {
  /// The ending without its dot, as in `png`; empty where there is none, as in `.hidden` and `folder.d/name`.
  package var fileExtension: String {
    guard let dot = extensionDot else { return "" }
    return String(self[index(after: dot)...])
  }

  /// The path without its ending: `a/b` of `a/b.png`.
  package var withoutFileExtension: String {
    extensionDot.map { String(self[..<$0]) } ?? self
  }

  /// The path up to its last slash, without it: `a` of `a/b.png`, empty for a name alone.
  package var parentFolder: String {
    guard let slash = lastIndex(of: "/") else { return "" }
    return slash == startIndex ? "/" : String(self[..<slash])
  }

  /// The path without the slashes that shells put behind a folder's name; `/` stays.
  package var withoutTrailingSlashes: String {
    guard let end = lastIndex(where: { $0 != "/" }) else { return String(prefix(1)) }
    return String(self[...end])
  }

  private var extensionDot: Index? {
    let start = lastIndex(of: "/").map { index(after: $0) } ?? startIndex
    guard let dot = self[start...].lastIndex(of: "."), dot > start, index(after: dot) < endIndex
    else { return nil }
    return dot
  }
}

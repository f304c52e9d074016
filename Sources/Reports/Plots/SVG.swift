import Workbench

/// A small writer of SVG: elements in drawing order, coordinates to a tenth of a unit.
struct SVG {
  private let width: Double
  private let height: Double
  private let title: String
  private let summary: String
  private var elements: [String] = []

  /// - Parameters:
  ///   - title: what the picture is, for those who cannot see it.
  ///   - summary: what it shows, in a sentence.
  init(width: Double, height: Double, title: String, summary: String) {
    self.width = width
    self.height = height
    self.title = title
    self.summary = summary
  }

  enum Anchor: String { case start, middle, end }

  mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, style: String) {
    add(
      "line", style: style,
      [("x1", n(x1)), ("y1", n(y1)), ("x2", n(x2)), ("y2", n(y2))])
  }

  mutating func rectangle(
    x: Double, y: Double, width: Double, height: Double, style: String, hint: String = ""
  ) {
    add(
      "rect", style: style,
      [("x", n(x)), ("y", n(y)), ("width", n(width)), ("height", n(height))], hint: hint)
  }

  mutating func dot(x: Double, y: Double, radius: Double, style: String, hint: String = "") {
    add("circle", style: style, [("cx", n(x)), ("cy", n(y)), ("r", n(radius))], hint: hint)
  }

  mutating func path(_ points: [(x: Double, y: Double)], style: String) {
    let steps = points.enumerated().map { "\($0 == 0 ? "M" : "L")\(n($1.x)) \(n($1.y))" }
    add("path", style: style, [("d", steps.joined())])
  }

  /// A small disk, or a diamond of its size.
  mutating func point(x: Double, y: Double, isDiamond: Bool, style: String, hint: String) {
    if isDiamond {
      let shape =
        "M\(n(x)) \(n(y - 5))L\(n(x + 5)) \(n(y))L\(n(x)) \(n(y + 5))L\(n(x - 5)) \(n(y))Z"
      add("path", style: style, [("d", shape)], hint: hint)
    } else {
      add("circle", style: style, [("cx", n(x)), ("cy", n(y)), ("r", "4")], hint: hint)
    }
  }

  mutating func text(
    _ text: String, x: Double, y: Double, anchor: Anchor = .start, style: String = "",
    upright: Bool = true
  ) {
    var attributes = [("x", n(x)), ("y", n(y)), ("text-anchor", anchor.rawValue)]
    if !upright { attributes.append(("transform", "rotate(-90 \(n(x)) \(n(y)))")) }
    add("text", style: style, attributes, content: Markup.escape(text))
  }

  /// The whole element, to be put into HTML.
  var markup: String {
    """
    <svg viewBox="0 0 \(n(width)) \(n(height))" role="img" aria-label="\(Markup.escape(title))">\
    <desc>\(Markup.escape(summary))</desc>\(elements.joined())</svg>
    """
  }

  private mutating func add(
    _ name: String, style: String, _ attributes: [(String, String)], content: String = "",
    hint: String = ""
  ) {
    var element = "<\(name)"
    if !style.isEmpty { element += " class=\"\(Markup.escape(style))\"" }
    for (key, value) in attributes { element += " \(key)=\"\(value)\"" }
    let hint = hint.isEmpty ? "" : "<title>\(Markup.escape(hint))</title>"
    elements.append("\(element)>\(hint)\(content)</\(name)>")
  }

  private func n(_ value: Double) -> String {
    let tenths = (value * 10).rounded()
    return tenths.truncatingRemainder(dividingBy: 10) == 0
      ? Digits.fixed(tenths / 10, 0) : Digits.fixed(tenths / 10, 1)
  }
}

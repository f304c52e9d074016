import Mustache

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

import Foundation

/// Names for runs: those of their folders, with as many of the folders above as make them differ.
enum RunNames {
  static func of(_ folders: [String]) -> [String] {
    let paths = folders.map {
      URL(fileURLWithPath: $0).standardizedFileURL.pathComponents.filter { $0 != "/" }
    }
    return paths.enumerated().map { index, path in
      let others = paths.enumerated().filter { $0.offset != index }.map(\.element)
      let depth = (1...max(path.count, 1)).first { depth in
        !others.contains { $0.suffix(depth) == path.suffix(depth) }
      }
      return path.suffix(depth ?? path.count).joined(separator: "/")
    }
  }
}

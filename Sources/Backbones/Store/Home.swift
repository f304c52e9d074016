import Foundation

/// The folder where this package keeps what it has fetched: weights and data.
public struct Home: Sendable, Hashable {
  /// The folder, without a slash at its end.
  public let path: String

  /// - Parameter path: without a slash at its end; it need not exist.
  public init(path: String) { self.path = path }

  /// The first of: `$BLEMISH_HOME`; the nearest `.deps` in a folder above the executable; `$XDG_CACHE_HOME/blemish`;
  /// `~/.cache/blemish`.
  public static var standard: Home {
    Home(
      environment: ProcessInfo.processInfo.environment,
      executable: Bundle.main.executablePath ?? CommandLine.arguments[0])
  }

  /// - Parameter executable: path of the running program; links are followed.
  package init(environment: [String: String], executable: String) {
    // An empty variable counts as unset, as the XDG specification has it.
    func variable(_ name: String) -> String? {
      environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
    path =
      variable("BLEMISH_HOME")
      ?? Self.dependencyFolder(above: executable)
      ?? variable("XDG_CACHE_HOME").map { $0 + "/blemish" }
      ?? (variable("HOME") ?? NSHomeDirectory()) + "/.cache/blemish"
  }

  private static func dependencyFolder(above executable: String) -> String? {
    var folder = URL(fileURLWithPath: executable).resolvingSymlinksInPath()
    while folder.path != "/" {
      folder.deleteLastPathComponent()
      let candidate = folder.appendingPathComponent(".deps").path
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: candidate, isDirectory: &isFolder)
      if isFolder.boolValue { return candidate }
    }
    return nil
  }
}

import Backbones
import Foundation
import Testing

@Suite struct HomeTests {
  @Test(arguments: [
    (["BLEMISH_HOME": "/a", "XDG_CACHE_HOME": "/b", "HOME": "/c"], "/a"),
    (["BLEMISH_HOME": "", "XDG_CACHE_HOME": "/b", "HOME": "/c"], "/b/blemish"),
    (["XDG_CACHE_HOME": "", "HOME": "/c"], "/c/.cache/blemish"),
  ])
  func environment(_ environment: [String: String], path: String) {
    #expect(Home(environment: environment, executable: "/usr/bin/blemish").path == path)
  }

  @Test func nearestDependencyFolderAboveTheExecutable() throws {
    let files = FileManager.default
    let root = files.temporaryDirectory.resolvingSymlinksInPath().appending(
      path: UUID().uuidString)
    defer { try? files.removeItem(at: root) }
    let build = root.appending(path: "project/.build/release")
    try files.createDirectory(at: build, withIntermediateDirectories: true)
    try files.createDirectory(
      at: root.appending(path: "project/.deps"), withIntermediateDirectories: true)
    let executable = build.appending(path: "blemish")
    try Data().write(to: executable)
    // Installed as a link elsewhere.
    let link = root.appending(path: "blemish")
    try files.createSymbolicLink(at: link, withDestinationURL: executable)

    let expected = root.appending(path: "project/.deps").path
    let environment = ["XDG_CACHE_HOME": "/cache"]
    #expect(Home(environment: environment, executable: executable.path).path == expected)
    #expect(Home(environment: environment, executable: link.path).path == expected)
    let own = environment.merging(["BLEMISH_HOME": "/mine"]) { $1 }
    #expect(Home(environment: own, executable: link.path).path == "/mine")
  }
}

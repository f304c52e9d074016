import Blemish
import Foundation
import Testing

/// The small program in front of the engine.
@Suite struct LauncherTests {
  let workshop: Workshop

  init() throws { workshop = try Workshop.shared.get() }

  private func shell(_ script: String, in folder: String) throws -> CommandOutcome {
    try CommandRun(
      ["-c", script, CommandRun.executable, workshop.model], program: "/bin/bash", in: folder
    ).finish()
  }

  /// No libtorch: that alone takes more than half a gigabyte of addresses.
  @Test func littleMemoryIsEnough() throws {
    for arguments in ["--version", "--help", "train --help", "info \"$1\"", "info \"$1\" --json"] {
      let outcome = try shell("ulimit -v 100000; \"$0\" \(arguments)", in: workshop.folder)
      outcome.expectSuccess()
      #expect(!outcome.text.isEmpty)
    }
  }

  @Test func theEngineLiesBesideTheProgramNotTheLink() throws {
    try workshop.withFolder { folder in
      let outcome = try shell(
        "ln -s \"$0\" blemish; PATH=.:$PATH; blemish weights list --json", in: folder)
      outcome.expectSuccess()
      try shell("cp \"$0\" alone; ./alone weights list", in: folder)
        .expectFailure(1, naming: ["\(folder)/blemish-engine", "no such file", "make install"])
    }
  }

  @Test func infoReadsWell() throws {
    let outcome = try workshop.run(["info", workshop.model])
    outcome.expectSuccess()
    let lines = outcome.text.split(separator: "\n")
    #expect(lines.count > 20)
    #expect(lines.allSatisfy { $0.count < 300 })
    #expect(outcome.text.contains(" entries of "))
  }

  /// What stands in the manifest's place, and what is said of it.
  @Test(arguments: [
    ("mkfifo manifest.json", "manifest.json: it is no regular file"),
    ("ln -s /dev/zero manifest.json", "manifest.json: it is no regular file"),
    ("mkdir manifest.json", "manifest.json: it is no regular file"),
    ("truncate -s 5G manifest.json", "too many for a manifest"),
    ("echo '{' > manifest.json", "it is not JSON; the bundle is damaged"),
    ("echo '[]' > manifest.json", "it is no JSON object"),
    ("echo '{\"schema\": 2}' > manifest.json", "detector is missing"),
    ("echo '{\"schema\": 9}' > manifest.json", "schema 9, this version reads schema 3; update"),
    (
      "yes '{\"a\":' | tr -d '\\n' | head -c 1000000 > manifest.json",
      "it is not JSON; the bundle is damaged"
    ),
  ])
  func aManifestThatIsNone(_ script: String, _ words: String) throws {
    try workshop.withFolder { folder in
      try shell("\(script); \"$0\" info .", in: folder).expectFailure(1, naming: [words])
    }
  }

  /// A superuser may read everything, so the command runs as somebody else then.
  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv")))
  func aManifestThatMayNotBeRead() throws {
    try workshop.withFolder { folder in
      let other = getuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups " : ""
      let script = """
        cp "$1/manifest.json" . && chmod 0 manifest.json && chmod 755 . && cp "$0" /tmp/blemish-$$ &&
        \(other)/tmp/blemish-$$ info "$PWD"; code=$?; rm -f /tmp/blemish-$$; exit $code
        """
      try shell("chmod 755 ..; \(script)", in: folder)
        .expectFailure(1, naming: ["manifest.json", "Permission denied", "readable"])
    }
  }
}

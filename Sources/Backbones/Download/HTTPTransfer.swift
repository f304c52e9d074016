import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// One HTTP request and its answer, whose body the caller pulls chunk by chunk on its own thread.
///
/// Redirections are followed, but never from https to http. Proxies are those of `http_proxy`, `https_proxy` and
/// `no_proxy`.
final class HTTPTransfer: NSObject, URLSessionDataDelegate, @unchecked Sendable {
  private let address: String
  private let patience: Duration

  /// Guards what follows, which the session's thread fills and the caller's empties.
  private let news = NSCondition()
  private var response: HTTPURLResponse?
  private var chunks: [Data] = []
  private var end: Result<Void, DownloadError>?
  private var lastNews = ContinuousClock.now

  private var session: URLSession?

  /// Sends `request`.
  ///
  /// - Parameter patience: the longest silence of the server.
  init(_ request: URLRequest, patience: Duration) {
    address = request.url?.absoluteString ?? ""
    self.patience = patience
    super.init()
    let configuration = URLSessionConfiguration.ephemeral
    configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
    configuration.urlCache = nil
    // Silence is measured here, from one piece of news to the next.
    configuration.timeoutIntervalForRequest = 24 * 3600
    session = URLSession(configuration: configuration, delegate: self, delegateQueue: nil)
    session?.dataTask(with: request).resume()
  }

  /// Ends the exchange, whatever is left of it. To be called once the caller is done.
  func close() {
    session?.invalidateAndCancel()
    session = nil
  }

  /// Waits for the head of the answer.
  ///
  /// - Parameter whileWaiting: is called several times a second while nothing comes.
  /// - Throws: ``DownloadError``, or what `whileWaiting` throws.
  func head(whileWaiting: () throws -> Void) throws -> HTTPURLResponse {
    try wait(whileWaiting) { response }
  }

  /// Waits for more of the body and takes all that is there; nil at its end.
  ///
  /// - Throws: ``DownloadError``, or what `whileWaiting` throws.
  func next(whileWaiting: () throws -> Void) throws -> [Data]? {
    try wait(whileWaiting) { () -> [Data]?? in
      guard chunks.isEmpty else {
        defer { chunks = [] }
        return .some(chunks)
      }
      return end == nil ? nil : .some(nil)
    }
  }

  private func wait<Value>(
    _ whileWaiting: () throws -> Void, for value: () -> Value?
  ) throws -> Value {
    news.lock()
    defer { news.unlock() }
    while true {
      // What came before a failure counts.
      if chunks.isEmpty { try end?.get() }
      if let value = value() { return value }
      if end != nil { throw DownloadError(address: address, reason: .cut("no answer")) }
      guard ContinuousClock.now - lastNews < patience else {
        throw DownloadError(address: address, reason: .silent(patience))
      }
      if !news.wait(until: Date(timeIntervalSinceNow: 0.1)) {
        news.unlock()
        defer { news.lock() }
        try whileWaiting()
      }
    }
  }

  private func tell(_ change: () -> Void) {
    news.lock()
    change()
    lastNews = .now
    news.signal()
    news.unlock()
  }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
  ) {
    tell { self.response = response as? HTTPURLResponse }
    completionHandler(.allow)
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    // Nothing slows the sender down: a suspended task of swift-corelibs-foundation delivers bytes twice.
    tell { chunks.append(data) }
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?
  ) {
    tell {
      end = end ?? error.map { .failure(DownloadError(address: address, $0)) } ?? .success(())
    }
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask,
    willPerformHTTPRedirection response: HTTPURLResponse, newRequest request: URLRequest,
    completionHandler: @escaping (URLRequest?) -> Void
  ) {
    guard task.currentRequest?.url?.scheme == "https", request.url?.scheme != "https" else {
      completionHandler(request)
      return
    }
    let target = request.url?.absoluteString ?? "nowhere"
    tell { end = .failure(DownloadError(address: address, reason: .insecure(target))) }
    completionHandler(nil)
  }
}

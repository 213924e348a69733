import Foundation
import HTTP
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(15)))
struct ClientTests {
  private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

  /// Runs one request to its end.
  private func fetch(
    _ request: Request, _ options: ClientOptions = ClientOptions()
  ) throws -> Result<Response, TransportError> {
    var client = try Client(options: options)
    let id = try client.start(request)
    while true {
      try client.wait(milliseconds: 100)
      if let completion = client.finished() {
        #expect(completion.id == id)
        return completion.result
      }
    }
  }

  private func failure(
    _ request: Request, _ options: ClientOptions = ClientOptions()
  ) throws -> TransportError? {
    switch try fetch(request, options) {
    case .success: nil
    case .failure(let error): error
    }
  }

  @Test func thePiecesOfABodyArriveAsOne() throws {
    let server = try LoopbackServer(reply: Self.ok)
    defer { server.stop() }
    let large = [UInt8](repeating: UInt8(ascii: "x"), count: 300_000)
    let body = [Array("head".utf8), [], large, Array("tail".utf8)]
    let response = try fetch(Request(url: server.url, headers: ["X-A: b"], body: body)).get()
    #expect(response.status == 200)
    #expect(response.body == Array("hello".utf8))
    let request = try #require(server.requests.first)
    #expect(request.suffix(300_008).elementsEqual(body.joined()))
    let head = String(decoding: request.prefix(300), as: UTF8.self)
    #expect(head.hasPrefix("POST / HTTP/1.1\r\n"))
    #expect(head.contains("\r\nX-A: b\r\n"))
    #expect(head.contains("\r\nContent-Length: 300008\r\n"))
    #expect(!head.contains("Expect:"))
  }

  @Test func redirectsAreNotFollowed() throws {
    let target = try LoopbackServer(reply: Self.ok)
    let server = try LoopbackServer(
      reply: "HTTP/1.1 302 Found\r\nLocation: \(target.url)\r\nContent-Length: 0\r\n\r\n")
    defer {
      server.stop()
      target.stop()
    }
    #expect(try fetch(Request(url: server.url)).get().status == 302)
    #expect(target.requests.isEmpty)
  }

  @Test func aLongResponseIsCutOff() throws {
    let server = try LoopbackServer(
      reply: "HTTP/1.1 200 OK\r\n\r\n" + String(repeating: "x", count: 100_000))
    defer { server.stop() }
    var options = ClientOptions()
    options.maximumResponseBytes = 1_000
    #expect(try failure(Request(url: server.url), options)?.kind == .responseTooLarge)
  }

  /// A gzip body of 1,000 bytes that unpacks to a million counts as a million.
  @Test func theLimitCountsUnpackedBytes() throws {
    let scratch = try Scratch()
    let script = "head -c 1000000 /dev/zero | gzip > body; wc -c < body"
    var command = Command.shell(script)
    command.directory = scratch.url
    _ = try command.run()
    let body = try scratch.read("body")
    let head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(body.count)\r\n\r\n"
    let server = try LoopbackServer(bytes: Array(head.utf8) + body)
    defer { server.stop() }
    var options = ClientOptions()
    options.maximumResponseBytes = 10_000
    #expect(try failure(Request(url: server.url), options)?.kind == .responseTooLarge)
    #expect(try fetch(Request(url: server.url)).get().body.count == 1_000_000)
  }

  @Test func faultsOfTheNetworkHaveTheirKinds() throws {
    let reset = try LoopbackServer(reply: "", ending: .reset)
    let short = try LoopbackServer(reply: "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello")
    let noise = try LoopbackServer(reply: "\u{1}\u{2}\u{3} what?\r\n\r\n")
    let silent = try LoopbackServer(reply: "", ending: .silence)
    defer { for server in [reset, short, noise, silent] { server.stop() } }
    var quick = ClientOptions()
    quick.timeout = 0.3
    #expect(try failure(Request(url: reset.url))?.kind == .interrupted)
    #expect(try failure(Request(url: short.url))?.kind == .interrupted)
    #expect(try failure(Request(url: noise.url))?.kind != nil)
    #expect(try failure(Request(url: silent.url), quick)?.kind == .timeout)
    #expect(try failure(Request(url: "http://127.0.0.1:1/"))?.kind == .connection)
    #expect(try failure(Request(url: "http://no-such-host.invalid/"))?.kind == .nameResolution)
    #expect(try failure(Request(url: "file:///etc/passwd"))?.kind == .configuration)
  }

  /// However slowly a download comes, it is given up only if nothing does.
  @Test func aSilentDownloadIsGivenUp() throws {
    let silent = try LoopbackServer(
      reply: "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello", ending: .silence)
    defer { silent.stop() }
    var options = ClientOptions()
    options.stallTimeout = 1
    let fetcher = try Fetcher(options: options)
    let sink = CountingSink()
    #expect {
      _ = try fetcher.fetch(silent.url, into: sink)
    } throws: {
      ($0 as? TransportError)?.kind == .timeout
    }
    #expect(sink.count == 5)
  }

  /// A server may think for as long as the whole request may take.
  @Test func aSilentRequestIsWaitedForToItsTimeout() throws {
    let silent = try LoopbackServer(reply: "", ending: .silence)
    defer { silent.stop() }
    var options = ClientOptions()
    (options.stallTimeout, options.timeout) = (1, 2.5)
    let start = Date()
    #expect(try failure(Request(url: silent.url), options)?.kind == .timeout)
    #expect(Date().timeIntervalSince(start) >= 2.4)
  }

  @Test func headersThatDecideSomethingAreKept() throws {
    let server = try LoopbackServer(
      reply: "HTTP/1.1 503 Busy\r\nDATE:  Wed, 25 Nov 2026 05:00:00 GMT \r\nX-Other: 1\r\n"
        + "retry-after: 1\r\nRetry-After: 2\r\nContent-Length: 0\r\n\r\n")
    defer { server.stop() }
    let response = try fetch(Request(url: server.url)).get()
    #expect(response["date"] == "Wed, 25 Nov 2026 05:00:00 GMT")
    #expect(response["retry-after"] == "2")
    #expect(response.headers.map(\.name) == ["date", "retry-after", "retry-after"])
  }

  /// What is wrong with one reply says nothing of the address.
  @Test(arguments: [
    "HTTP/9.9 200 OK\r\nContent-Length: 0\r\n\r\n", "HTTP/1.9 what\r\n\r\n", "\u{1}\u{2} what?\r\n",
    "SMTP 220 hello\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
  ])
  func aReplyThatIsNotHTTPIsItsOwnFault(reply: String) throws {
    let server = try LoopbackServer(reply: reply)
    defer { server.stop() }
    let result = try fetch(Request(url: server.url, body: [Array("body".utf8)]))
    guard case .failure(let error) = result else { return }
    #expect(error.kind == .malformedResponse || error.kind == .interrupted, "\(error)")
    #expect(error.hasLeft)
  }

  /// A wrong password is not to be tried again.
  @Test(arguments: [
    (407, TransportError.Kind.proxyRefused), (403, .proxyRefused), (401, .proxyRefused),
    (502, .interrupted),
  ])
  func aProxyThatRefusesHasItsKind(status: Int, kind: TransportError.Kind) throws {
    let proxy = try LoopbackServer(
      reply: "HTTP/1.1 \(status) No\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n")
    defer { proxy.stop() }
    var options = ClientOptions()
    options.proxy = "http://user:wrong@127.0.0.1:\(proxy.port)"
    let error = try failure(Request(url: "https://example.invalid/", body: [[1]]), options)
    #expect(error?.kind == kind, "\(String(describing: error))")
    #expect(kind != .proxyRefused || error?.hasLeft == false)
  }

  /// What has not been read at the other side was not received.
  @Test func aBodyCountsAsSentWhenItIsAcknowledged() throws {
    let slow = try LoopbackServer(reply: "", ending: .silence, readDelay: 1)
    defer { slow.stop() }
    var client = try Client()
    // More than the other side's system takes unread, and less than this one's.
    let large = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
    let id = try client.start(Request(url: slow.url, body: [large]))
    let start = Date()
    var sent: [Int] = []
    while sent.isEmpty {
      try client.wait(milliseconds: 1000)
      sent = client.sent()
    }
    #expect(sent == [id])
    #expect(Date().timeIntervalSince(start) > 0.9)
  }

  @Test func aHeaderCannotSmuggleALine() throws {
    var client = try Client()
    #expect(throws: TransportError.self) {
      try client.start(Request(url: "http://127.0.0.1:1/", headers: ["a: b\r\nc: d"]))
    }
  }

  @Test func waitingSeesAnotherDescriptor() throws {
    let pipe = Pipe()
    var client = try Client()
    let descriptor = pipe.fileHandleForReading.fileDescriptor
    #expect(try !client.wait(alsoReading: [descriptor], milliseconds: 1))
    try pipe.fileHandleForWriting.write(contentsOf: Data("x".utf8))
    #expect(try client.wait(alsoReading: [descriptor], milliseconds: 10_000))
  }

  @Test func whatWasSentIsTold() throws {
    let silent = try LoopbackServer(reply: "", ending: .silence)
    defer { silent.stop() }
    var client = try Client()
    let id = try client.start(Request(url: silent.url, body: [Array("body".utf8)]))
    var sent: [Int] = []
    while sent.isEmpty {
      try client.wait(milliseconds: 10)
      sent = client.sent()
    }
    #expect(sent == [id])
    client.cancel(id)
    #expect(client.inFlight == 0)
  }
}

/// Counts what a download brings.
private final class CountingSink: BodySink {
  private(set) var count = 0

  func receive(_ bytes: UnsafeRawBufferPointer, head: ResponseHead) -> Bool {
    count += bytes.count
    return true
  }

  func goesOn() -> Bool { true }
}

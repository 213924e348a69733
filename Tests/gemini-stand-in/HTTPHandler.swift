import NIOCore
import NIOHTTP1
import NIOPosix

/// One connection: gathers a request, asks the service, sends the reply.
final class HTTPHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let server: Server
  private let connection: Int
  private var head: HTTPRequestHead?
  private var body: [UInt8] = []
  private var bodySize = 0
  /// The exchange whose reply is not finished.
  private var pending: Exchange?

  init(server: Server, connection: Int) {
    self.server = server
    self.connection = connection
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): begin(head, context)
    case .body(let bytes):
      bodySize += bytes.readableBytes
      // What is over the limit is counted and thrown away.
      if bodySize <= limit { body.append(contentsOf: bytes.readableBytesView) }
    case .end:
      guard let head else { return }
      self.head = nil
      answer(head, context)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    finish(delivered: false, context)
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    guard pending == nil else {
      // A request before the last reply: no client of this server pipelines.
      context.close(promise: nil)
      return
    }
    self.head = head
    body.removeAll(keepingCapacity: true)
    bodySize = 0
    if let length = head.headers.first(name: "content-length").flatMap(Int.init) {
      body.reserveCapacity(min(max(0, length), server.maximumBody))
    }
    if head.headers.first(name: "expect")?.lowercased() == "100-continue" {
      let go = HTTPResponseHead(version: head.version, status: .continue)
      context.writeAndFlush(wrapOutboundOut(.head(go)), promise: nil)
    }
  }

  /// Chunks of an upload may be as large as a file.
  private var limit: Int {
    head?.uri.hasPrefix("/upload/") == true
      ? max(server.maximumBody, 2_000_000_000) : server.maximumBody
  }

  private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    let request = HTTPRequest(head, body: body, bodySize: bodySize)
    body = []
    let exchange = server.answer(request, connection: connection)
    pending = exchange
    guard exchange.delay > 0 else {
      send(exchange.reply, keepAlive: head.isKeepAlive, context)
      return
    }
    let delay = TimeAmount.nanoseconds(Int64(exchange.delay * 1e9))
    context.eventLoop.assumeIsolated().scheduleTask(in: delay) {
      guard context.channel.isActive else { return }
      self.send(exchange.reply, keepAlive: head.isKeepAlive, context)
    }
  }

  private func send(_ reply: Reply, keepAlive: Bool, _ context: ChannelHandlerContext) {
    let compresses = reply.delivery == .compressed && pending?.acceptsGzip == true
    Sender(context: context, reply: reply, keepAlive: keepAlive, compresses: compresses)
      .send { delivered in self.finish(delivered: delivered, context) }
  }

  private func finish(delivered: Bool, _ context: ChannelHandlerContext) {
    guard let exchange = pending else { return }
    pending = nil
    server.ended(exchange, delivered: delivered, on: context.eventLoop)
  }
}

extension HTTPRequest {
  init(_ head: HTTPRequestHead, body: [UInt8], bodySize: Int) {
    let target = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    method = head.method.rawValue
    path = HTTPRequest.unescaped(target[0])
    query = target.count < 2 ? [] : HTTPRequest.query(target[1])
    credentials =
      head.headers["x-goog-api-key"] + head.headers["authorization"]
      + query.filter { $0.name == "key" || $0.name == "access_token" }.map(\.value)
    acceptsGzip = head.headers[canonicalForm: "accept-encoding"].contains { $0.hasPrefix("gzip") }
    timeout = head.headers.first(name: "x-server-timeout").flatMap(Double.init)
    var headers: [String: String] = [:]
    for (name, value) in head.headers {
      let name = name.lowercased()
      if name == "host" || name.hasPrefix("x-goog-upload-") { headers[name] = value }
    }
    self.headers = headers
    self.body = body
    self.bodySize = bodySize
  }

  private static func query(_ text: Substring) -> [(name: String, value: String)] {
    text.split(separator: "&").map { pair in
      let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (unescaped(halves[0]), halves.count > 1 ? unescaped(halves[1]) : "")
    }
  }

  /// Percent-decoding (RFC 3986, section 2.1); what is not an escape stays.
  private static func unescaped(_ text: Substring) -> String {
    guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      let digits = String(decoding: rest.prefix(2), as: UTF8.self)
      guard byte == UInt8(ascii: "%"), digits.utf8.count == 2, let code = UInt8(digits, radix: 16)
      else {
        bytes.append(byte)
        continue
      }
      bytes.append(code)
      rest = rest.dropFirst(2)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

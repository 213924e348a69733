import NIOCore
import NIOHTTP1
import NIOPosix

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Puts one reply on the wire, well or badly, and tells when that is over.
struct Sender {
  let context: ChannelHandlerContext
  let reply: Reply
  let keepAlive: Bool
  let compresses: Bool

  /// - Parameter done: called once with whether the whole reply was written;
  ///   never, where the reply stalls or the client leaves first.
  func send(_ done: @escaping (Bool) -> Void) {
    switch reply.delivery {
    case .whole: whole(reply.body, done)
    case .compressed:
      let body = compresses ? Gzip.compress(reply.body) : nil
      whole(body ?? reply.body, encoding: body == nil ? nil : "gzip", done)
    case .brokenCompression: whole(reply.body, encoding: "gzip", done)
    case .chunked: chunked(done)
    case .thenClose(let announced): whole(reply.body, close: announced ? .announced : .silent, done)
    case .close: close(done)
    case .reset: reset(done)
    case .resetInBody:
      writeHead(length: reply.body.count)
      afterFlush(half) { reset(done) }
    case .cutLength:
      writeHead(length: reply.body.count)
      afterFlush(half) { close(done) }
    case .cutChunks:
      writeHead(length: nil)
      afterFlush(half) { close(done) }
    case .stall: break
    case .stallInBody:
      writeHead(length: reply.body.count)
      afterFlush(half) {}
    case .drip(let rate):
      writeHead(length: reply.body.count)
      drip(reply.body[...], step: max(1, rate / 20), done)
    case .giant(let bytes):
      writeHead(length: nil)
      giant(left: bytes, done)
    case .notHTTP: notHTTP(done)
    }
  }

  private enum Ending { case keepAlive, announced, silent }

  private var half: ArraySlice<UInt8> { reply.body.prefix(reply.body.count / 2) }

  private func whole(
    _ body: [UInt8], encoding: String? = nil, close ending: Ending = .keepAlive,
    _ done: @escaping (Bool) -> Void
  ) {
    let ending = keepAlive || ending == .silent ? ending : .announced
    writeHead(length: body.count, encoding: encoding, announceClose: ending == .announced)
    write(.body(.byteBuffer(ByteBuffer(bytes: body))))
    afterEnd { written in
      done(written)
      if ending != .keepAlive { context.close(promise: nil) }
    }
  }

  private func chunked(_ done: @escaping (Bool) -> Void) {
    writeHead(length: nil)
    for start in stride(from: 0, to: reply.body.count, by: 100) {
      let piece = reply.body[start..<min(start + 100, reply.body.count)]
      write(.body(.byteBuffer(ByteBuffer(bytes: piece))))
    }
    afterEnd(done)
  }

  private func drip(_ rest: ArraySlice<UInt8>, step: Int, _ done: @escaping (Bool) -> Void) {
    guard context.channel.isActive else { return }
    guard !rest.isEmpty else {
      afterEnd(done)
      return
    }
    afterFlush(rest.prefix(step)) {
      context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(50)) {
        drip(rest.dropFirst(step), step: step, done)
      }
    }
  }

  /// Valid JSON as far as it goes, written as fast as the client reads.
  private func giant(left: Int, _ done: @escaping (Bool) -> Void) {
    guard left > 0, context.channel.isActive else {
      afterEnd(done)
      return
    }
    let isFirst = left == reply.delivery.giantSize
    let opening =
      isFirst ? Array("{\"candidates\": [{\"content\": {\"parts\": [{\"text\": \"".utf8) : []
    let piece = opening + [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 16)
    afterFlush(piece[...]) { giant(left: left - piece.count, done) }
  }

  private func notHTTP(_ done: @escaping (Bool) -> Void) {
    let bytes = ByteBuffer(string: "SSH-2.0-OpenSSH_9.2\r\n")
    let encoder = try? context.pipeline.syncOperations.context(
      handlerType: HTTPResponseEncoder.self)
    encoder?.writeAndFlush(NIOAny(bytes), promise: nil)
    close(done)
  }

  private func close(_ done: (Bool) -> Void) {
    done(false)
    context.close(promise: nil)
  }

  /// Ends the connection with RST: what is not sent yet is thrown away.
  private func reset(_ done: (Bool) -> Void) {
    done(false)
    (context.channel as? any SocketOptionProvider)?
      .setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenFailure { _ in }
    context.close(promise: nil)
  }
}

extension Sender {
  private func writeHead(length: Int?, encoding: String? = nil, announceClose: Bool = false) {
    var headers = HTTPHeaders([
      ("Content-Type", reply.contentType), ("Vary", "Origin"), ("Vary", "X-Origin"),
      ("Vary", "Referer"), ("Server", "scaffolding on HTTPServer2"), ("X-XSS-Protection", "0"),
      ("X-Frame-Options", "SAMEORIGIN"), ("X-Content-Type-Options", "nosniff"),
    ])
    for (name, value) in reply.headers { headers.add(name: name, value: value) }
    if let length {
      headers.add(name: "Content-Length", value: String(length))
    } else {
      headers.add(name: "Transfer-Encoding", value: "chunked")
    }
    if let encoding { headers.add(name: "Content-Encoding", value: encoding) }
    if announceClose { headers.add(name: "Connection", value: "close") }
    if reply.status == 302 { headers.add(name: "Location", value: "http://127.0.0.1:9/elsewhere") }
    write(
      .head(
        HTTPResponseHead(
          version: .http1_1, status: HTTPResponseStatus(statusCode: reply.status),
          headers: headers)))
  }

  private func write(_ part: HTTPServerResponsePart) {
    context.write(NIOAny(part), promise: nil)
  }

  private func afterFlush(_ bytes: ArraySlice<UInt8>, _ then: @escaping () -> Void) {
    let part = HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: bytes)))
    context.writeAndFlush(NIOAny(part)).assumeIsolated().whenSuccess { then() }
  }

  private func afterEnd(_ then: @escaping (Bool) -> Void) {
    context.writeAndFlush(NIOAny(HTTPServerResponsePart.end(nil))).assumeIsolated()
      .whenComplete { result in
        if case .success = result { then(true) } else { then(false) }
      }
  }
}

extension Delivery {
  fileprivate var giantSize: Int? {
    guard case .giant(let bytes) = self else { return nil }
    return bytes
  }
}

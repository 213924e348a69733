import Foundation

/// A server of one trick: it reads one request from each connection and
/// writes fixed bytes, then closes, resets or goes silent.
final class LoopbackServer: @unchecked Sendable {
  enum Ending { case close, reset, silence }

  // Written before the thread starts; the mutex guards what it collects.
  let port: UInt16
  private let listener: Int32
  private let reply: [UInt8]
  private let ending: Ending
  private let readDelay: Double
  private let lock = NSLock()
  private var collected: [[UInt8]] = []

  /// The requests so far, head and body.
  var requests: [[UInt8]] { lock.withLock { collected } }
  var url: String { "http://127.0.0.1:\(port)/" }

  /// - Parameter readDelay: seconds before it reads a request.
  convenience init(reply: String, ending: Ending = .close, readDelay: Double = 0) throws {
    try self.init(bytes: Array(reply.utf8), ending: ending, readDelay: readDelay)
  }

  init(bytes: [UInt8], ending: Ending = .close, readDelay: Double = 0) throws {
    self.readDelay = readDelay
    reply = bytes
    self.ending = ending
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = unsafe bind(listener, $0, length)
        _ = unsafe getsockname(listener, $0, &length)
      }
    }
    port = UInt16(bigEndian: address.sin_port)
    listen(listener, 16)
    Thread.detachNewThread { [self] in serve() }
  }

  func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

  private func serve() {
    while true {
      let client = accept(listener, nil, nil)
      guard client >= 0 else { break }
      if readDelay > 0 { Thread.sleep(forTimeInterval: readDelay) }
      let request = read(client)
      lock.withLock { collected.append(request) }
      _ = unsafe reply.withUnsafeBytes {
        unsafe send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      switch ending {
      case .close: close(client)
      case .silence: break
      case .reset:
        var linger = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(
          client, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
        close(client)
      }
    }
    close(listener)
  }

  private func read(_ client: Int32) -> [UInt8] {
    var request: [UInt8] = []
    var expected: Int?
    var buffer = [UInt8](repeating: 0, count: 65536)
    while request.count < expected ?? .max {
      let count = unsafe recv(client, &buffer, buffer.count, 0)
      guard count > 0 else { return request }
      request += buffer[..<count]
      guard expected == nil else { continue }
      let text = String(decoding: request, as: UTF8.self)
      guard let head = text.firstRange(of: "\r\n\r\n") else { continue }
      let length = text.lowercased().firstRange(of: "content-length: ").flatMap {
        Int(text[$0.upperBound...].prefix { $0.isNumber })
      }
      expected = text[..<head.upperBound].utf8.count + (length ?? 0)
    }
    return request
  }
}

import NIOCore
import NIOHTTP1
import NIOPosix

/// The service, its clock and its log, all used on one event loop only.
final class Server {
  private let service: Service
  private let log: RequestLog?
  /// Added to the uptime, this gives seconds since 1970 that never go back.
  private let epoch: Double
  let maximumBody: Int

  init(_ service: Service, log: RequestLog?, epoch: Double) {
    self.service = service
    self.log = log
    self.epoch = epoch - Server.uptime
    maximumBody = service.configuration.maximumBody
  }

  private static var uptime: Double { Double(NIODeadline.now().uptimeNanoseconds) / 1e9 }

  func opened() -> Int {
    service.counters.connections += 1
    return service.counters.connections
  }

  func answer(_ request: HTTPRequest, connection: Int) -> Exchange {
    let exchange = service.answer(request, at: epoch + Server.uptime, connection: connection)
    if exchange.method == "stats" { log?.flush() }
    return exchange
  }

  func ended(_ exchange: Exchange, delivered: Bool, on loop: any EventLoop) {
    let isAboutUs = exchange.method == "stats"
    service.ended(exchange, delivered: delivered, isCounted: !isAboutUs)
    guard !isAboutUs, let log else { return }
    log.append(exchange.row(ended: epoch + Server.uptime, delivered: delivered), on: loop)
  }

  func flush() { log?.flush() }

  /// Listens on loopback.
  ///
  /// - Returns: the channel that accepts connections.
  static func listen(
    _ server: NIOLoopBound<Server>, port: Int, on group: any EventLoopGroup
  ) throws -> any Channel {
    try ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      // A request with its image in a few reads.
      .childChannelOption(
        .recvAllocator,
        value: AdaptiveRecvByteBufferAllocator(
          minimum: 4096, initial: 65_536, maximum: 1 << 20)
      )
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let server = server.value
          let pipeline = channel.pipeline.syncOperations
          // Without pipelining assistance a client that leaves is noticed at once.
          try pipeline.configureHTTPServerPipeline(
            withPipeliningAssistance: false, withErrorHandling: true)
          try pipeline.addHandler(HTTPHandler(server: server, connection: server.opened()))
        }
      }
      .bind(host: "127.0.0.1", port: port).wait()
  }
}

#if canImport(Glibc)
  import Glibc
#endif
internal import CCurl

/// Many HTTP requests in flight on one thread: libcurl's multi interface, driven
/// by its sockets (https://curl.se/libcurl/c/curl_multi_socket_action.html), so
/// that a request costs the same however many others wait.
///
/// One loop owns it: `start` requests, `wait`, take what is `finished`. Nothing
/// here is thread safe, and nothing needs to be: the type is not copyable and
/// not `Sendable`, so the compiler keeps it where it was made.
@safe public struct Client: ~Copyable {
  /// What became of one request.
  public struct Completion: Sendable {
    /// The number that `start` gave.
    public var id: Int
    /// The response, or why there is none.
    public var result: Result<Response, TransportError>
  }

  private let multi: UnsafeMutableRawPointer
  private let options: ClientOptions
  private let certificates: Result<CertificateStore, TransportError>
  private var active: [Int: Transfer] = [:]
  private var idle: [Transfer] = []
  private let sentLog = SentLog()
  private let sockets: SocketWatch
  private var nextID = 0
  /// Requests that libcurl has handed to the system, and that the other side
  /// has not acknowledged.
  private var unacknowledged: [Int] = []
  private var acknowledged: [Int] = []
  /// When to look again, in seconds of `CLOCK_MONOTONIC`.
  private var nextCheck = 0.0
  /// Seconds between two looks: the system does not report it.
  private static let checkInterval = 0.025

  /// The number of requests in flight.
  public var inFlight: Int { active.count }

  /// A client with no request yet.
  ///
  /// - Throws: `TransportError` if libcurl cannot be set up.
  public init(options: ClientOptions = ClientOptions()) throws(TransportError) {
    let sockets = try SocketWatch()
    unsafe self.multi = try unsafe Self.makeMulti(options, sockets)
    self.sockets = sockets
    self.options = options
    certificates = options.locatedCertificates
  }

  private static func makeMulti(
    _ options: ClientOptions, _ sockets: SocketWatch
  ) throws(TransportError) -> UnsafeMutableRawPointer {
    guard curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK,
      let multi = unsafe curl_multi_init()
    else { throw TransportError(.configuration, "libcurl cannot be set up") }
    let connections = try connectionLimit(options.maximumConnections)
    for option in [CURLMOPT_MAXCONNECTS, CURLMOPT_MAX_HOST_CONNECTIONS] {
      let code = unsafe vqa_curl_multi_set_long(multi, option, connections)
      guard code == CURLM_OK else { throw TransportError(multi: code) }
    }
    try unsafe sockets.serve(multi)
    return unsafe multi
  }

  deinit {
    for transfer in active.values {
      unsafe curl_multi_remove_handle(multi, transfer.easy)
    }
    unsafe curl_multi_cleanup(multi)
  }

  /// Starts `request`; it goes out during the next `wait`.
  ///
  /// - Returns: the number by which `finished`, `sent` and `cancel` name it.
  /// - Throws: `TransportError` of kind `configuration`.
  public mutating func start(_ request: Request) throws(TransportError) -> Int {
    let transfer: Transfer
    if let used = idle.popLast() {
      transfer = used
    } else {
      transfer = try Transfer(log: sentLog, certificates: certificates)
    }
    nextID += 1
    try transfer.prepare(request, id: nextID, options: options)
    let code = unsafe curl_multi_add_handle(multi, transfer.easy)
    guard code == CURLM_OK else { throw TransportError(multi: code) }
    active[nextID] = transfer
    return nextID
  }

  /// Gives up a request; nothing more is heard of it.
  public mutating func cancel(_ id: Int) {
    guard let transfer = active.removeValue(forKey: id) else { return }
    retire(transfer)
  }

  /// Moves bytes, then sleeps until there is more to move, until one of
  /// `descriptors` can be read, or until `milliseconds` have passed.
  ///
  /// - Parameters:
  ///   - descriptors: file descriptors to watch as well.
  ///   - milliseconds: 0 or more.
  /// - Returns: whether one of `descriptors` can be read (or has ended).
  /// - Throws: `TransportError` if libcurl itself fails.
  @discardableResult
  public mutating func wait(
    alsoReading descriptors: [Int32] = [], milliseconds: Int
  ) throws(TransportError) -> Bool {
    let isReadable = sockets.wait(
      alsoReading: descriptors, milliseconds: milliseconds, orUntil: deadline)
    try perform()
    return isReadable
  }

  /// Readable when `perform` has something to do.
  public var descriptor: Int32 { sockets.descriptor }

  /// When `perform` has something to do although `descriptor` is not readable,
  /// in seconds of `CLOCK_MONOTONIC`; nil for never.
  public var deadline: Double? {
    guard !unacknowledged.isEmpty else { return sockets.deadlineSeconds }
    return min(sockets.deadlineSeconds ?? .infinity, nextCheck)
  }

  /// Moves the bytes that can be moved without waiting.
  ///
  /// - Throws: `TransportError` if libcurl itself fails.
  public mutating func perform() throws(TransportError) {
    // What has arrived comes before what is overdue: while the process was
    // stopped, both may have happened.
    try act(on: sockets.ready())
    try act(on: sockets.due())
    let now = SocketWatch.seconds()
    if !sentLog.ids.isEmpty || now >= nextCheck { checkAcknowledged(now) }
  }

  /// Looks which requests have been acknowledged to their last byte.
  private mutating func checkAcknowledged(_ now: Double) {
    unacknowledged += sentLog.ids
    sentLog.ids.removeAll(keepingCapacity: true)
    unacknowledged.removeAll { id in
      guard let transfer = active[id] else { return true }
      guard transfer.unacknowledgedBytes == 0 else { return false }
      acknowledged.append(id)
      return true
    }
    nextCheck = now + Self.checkInterval
  }

  /// Has libcurl deal with what has happened.
  private func act(on events: [SocketWatch.Event]) throws(TransportError) {
    var running: Int32 = 0
    for event in events {
      let code = unsafe curl_multi_socket_action(multi, event.socket, event.kinds, &running)
      guard code == CURLM_OK else { throw TransportError(multi: code) }
    }
  }

  /// The next finished request, or nil if none is left.
  public mutating func finished() -> Completion? {
    var remaining: Int32 = 0
    while let message = unsafe curl_multi_info_read(multi, &remaining) {
      guard unsafe message.pointee.msg == CURLMSG_DONE else { continue }
      // `message` dies with the handle's removal, so it is read first.
      let code = unsafe vqa_curl_message_result(message)
      guard let easy = unsafe message.pointee.easy_handle else { continue }
      guard let transfer = unsafe Transfer.of(easy),
        active.removeValue(forKey: transfer.id) != nil
      else { continue }
      let completion = Completion(id: transfer.id, result: transfer.outcome(code))
      retire(transfer)
      return completion
    }
    return nil
  }

  /// The requests whose last byte has been acknowledged by the other side's
  /// system (or, where that cannot be known, handed to this one) since the last
  /// call.
  public mutating func sent() -> [Int] {
    defer { acknowledged.removeAll(keepingCapacity: true) }
    return acknowledged
  }

  /// Whether the system has all of a request, and sends it even while this
  /// process is stopped. Where requests share a connection (HTTP/2): whether
  /// libcurl has it.
  public func isHandedOver(_ id: Int) -> Bool { active[id]?.isHandedOver ?? true }

  private mutating func retire(_ transfer: Transfer) {
    unsafe curl_multi_remove_handle(multi, transfer.easy)
    transfer.forget()
    idle.append(transfer)
  }
}

extension TransportError {
  init(multi code: CURLMcode) {
    self.init(.other, unsafe String(cString: curl_multi_strerror(code)))
  }
}

/// The version of libcurl and of the libraries that it uses, in one line.
public func libcurlVersion() -> String {
  unsafe String(cString: curl_version())
}

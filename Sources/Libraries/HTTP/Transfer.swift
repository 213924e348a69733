#if canImport(Glibc)
  import Glibc
#endif
internal import CCurl

/// The requests whose bodies have left since the client last asked.
final class SentLog {
  var ids: [Int] = []
}

/// One easy handle and the memory that libcurl keeps the address of: the
/// request's body, its header list and the error buffer. A class, since
/// libcurl calls back into it and it must not move.
///
/// The handle is used again for later requests: libcurl's buffers are then
/// allocated once.
@safe final class Transfer {
  let easy: UnsafeMutableRawPointer
  private let errorBuffer = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
  private var headerList: HeaderList?

  private var pieces: [[UInt8]] = []
  private var piece = 0
  private var offset = 0

  private var received: [UInt8] = []
  private var headers: [(name: String, value: String)] = []
  private var keptHeaders: Set<String> = []
  private var maximum = 0
  private var isTooLarge = false

  /// Which request this is, for the client.
  private(set) var id = 0
  private var isSent = false
  /// Of the connection that it uses; -1 while that is not known.
  var socket: curl_socket_t = -1
  private let sentLog: SentLog
  private let certificates: Result<CertificateStore, TransportError>

  init(
    log: SentLog, certificates: Result<CertificateStore, TransportError>
  ) throws(TransportError) {
    sentLog = log
    self.certificates = certificates
    guard let easy = unsafe curl_easy_init() else {
      unsafe errorBuffer.deallocate()
      throw TransportError(.configuration, "libcurl gives no handle")
    }
    unsafe self.easy = easy
  }

  deinit {
    unsafe curl_easy_cleanup(easy)
    unsafe errorBuffer.deallocate()
  }

  /// Makes the handle ready for `request`; what the handle did before is
  /// forgotten, its connections are not.
  func prepare(
    _ request: Request, id: Int, options: borrowing ClientOptions
  ) throws(TransportError) {
    forget()
    unsafe curl_easy_reset(easy)
    self.id = id
    pieces = request.body ?? []
    maximum = options.maximumResponseBytes
    keptHeaders = options.keptHeaders
    unsafe errorBuffer.update(repeating: 0, count: Int(CURL_ERROR_SIZE))
    var setter = unsafe OptionSetter(easy: easy)
    unsafe setter.pointer(CURLOPT_ERRORBUFFER, errorBuffer)
    let this = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe setter.pointer(CURLOPT_PRIVATE, this)
    unsafe setter.pointer(CURLOPT_WRITEDATA, this)
    unsafe setter.transfer(CURLOPT_WRITEFUNCTION) { buffer, size, count, context in
      unsafe Transfer.from(context).receive(
        UnsafeRawBufferPointer(start: buffer, count: size * count))
    }
    unsafe setter.pointer(CURLOPT_HEADERDATA, this)
    unsafe setter.transfer(CURLOPT_HEADERFUNCTION) { buffer, size, count, context in
      unsafe Transfer.from(context).receiveHeader(
        UnsafeRawBufferPointer(start: buffer, count: size * count))
    }
    setter.apply(options)
    try setter.apply(certificates, url: request.url)
    setter.string(CURLOPT_URL, request.url)
    // Without TLS only the first response tells whether a connection can be
    // shared, and all other requests would wait for it.
    if request.url.hasPrefix("http:") { setter.long(CURLOPT_PIPEWAIT, 0) }
    if request.body != nil {
      unsafe setter.pointer(CURLOPT_READDATA, this)
      unsafe setter.transfer(CURLOPT_READFUNCTION) { buffer, size, count, context in
        unsafe Transfer.from(context).send(
          into: UnsafeMutableRawBufferPointer(start: buffer, count: size * count))
      }
      // libcurl would send a request again by itself when a kept connection ends
      // without a reply. It may have been done and counted, so that is for the
      // caller to decide, and a body that cannot be rewound stops libcurl.
      unsafe setter.seek { _, _, _ in CURL_SEEKFUNC_FAIL }
      setter.long(CURLOPT_POST, 1)
      setter.offset(CURLOPT_POSTFIELDSIZE_LARGE, pieces.reduce(0) { $0 + $1.count })
    }
    if let method = request.method { setter.string(CURLOPT_CUSTOMREQUEST, method) }
    // No "Expect: 100-continue": it would cost a round trip for every request.
    let list = try HeaderList(request.headers + ["Expect:"])
    unsafe setter.headers(list.first)
    headerList = list
    if let code = setter.failure { throw TransportError(code: code) }
  }

  /// What came of the request, once libcurl has said `code`.
  func outcome(_ code: CURLcode) -> Result<Response, TransportError> {
    if isTooLarge {
      var error = TransportError(
        .responseTooLarge, "the response is longer than \(maximum) bytes")
      error.hasLeft = true
      return .failure(error)
    }
    guard code == CURLE_OK else {
      return unsafe .failure(
        TransportError(
          code, of: easy, detail: String(cString: errorBuffer), certificates: certificates))
    }
    var status = 0
    _ = unsafe vqa_curl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
    return .success(Response(status: status, headers: headers, body: received))
  }

  /// Lets go of what belonged to the last request.
  func forget() {
    headerList = nil
    pieces = []
    (piece, offset) = (0, 0)
    (received, headers) = ([], [])
    (isTooLarge, isSent, socket) = (false, false, -1)
  }

  private static func from(_ context: UnsafeMutableRawPointer?) -> Transfer {
    unsafe object(behind: context)
  }

  /// CURLOPT_WRITEFUNCTION: a count other than the buffer's stops the transfer.
  private func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
    guard bytes.count <= maximum - received.count else {
      isTooLarge = true
      return 0
    }
    unsafe received.append(contentsOf: bytes)
    return bytes.count
  }

  /// CURLOPT_HEADERFUNCTION: one line; a status line begins anew.
  private func receiveHeader(_ bytes: UnsafeRawBufferPointer) -> Int {
    switch unsafe HeaderLine(bytes) {
    case .status: headers = []
    case .field(let name, let value) where keptHeaders.contains(name):
      headers.append((name, value))
    case .field, .other: break
    }
    return bytes.count
  }

  /// How much of what was sent the other side has not acknowledged, in bytes.
  /// 0 where that cannot be known: of requests that share a connection (HTTP/2)
  /// libcurl names it for one.
  var unacknowledgedBytes: Int { socket < 0 ? 0 : SendQueue.bytes(of: socket) ?? 0 }

  /// Whether libcurl has written the whole body to the connection.
  var isHandedOver: Bool {
    var count: curl_off_t = 0
    _ = unsafe vqa_curl_get_offset(easy, CURLINFO_SIZE_UPLOAD_T, &count)
    return isSent && count >= pieces.reduce(0) { $0 + $1.count }
  }

  /// The transfer that an easy handle belongs to; nil for one of libcurl's own.
  static func of(_ easy: UnsafeMutableRawPointer?) -> Transfer? {
    var context: UnsafeMutableRawPointer?
    guard let easy = unsafe easy,
      unsafe vqa_curl_get_pointer(easy, CURLINFO_PRIVATE, &context) == CURLE_OK,
      let context = unsafe context
    else { return nil }
    return unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
  }

  /// CURLOPT_READFUNCTION: the next bytes of the body, 0 at its end.
  private func send(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    var written = 0
    while piece < pieces.count, written < buffer.count {
      let count = min(pieces[piece].count - offset, buffer.count - written)
      unsafe pieces[piece].withUnsafeBytes { bytes in
        unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[written...])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count]))
      }
      written += count
      offset += count
      if offset == pieces[piece].count { (piece, offset) = (piece + 1, 0) }
    }
    if piece == pieces.count, !isSent {
      isSent = true
      sentLog.ids.append(id)
    }
    return written
  }
}

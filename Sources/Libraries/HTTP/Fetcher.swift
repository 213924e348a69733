internal import CCurl

/// The first part of a response: what stands before the body.
public struct ResponseHead: Sendable {
  /// The HTTP status code.
  public var status = 0
  /// Names in lower case, in the order in which they came.
  public var headers: [(name: String, value: String)] = []

  /// The last header of that name, given in lower case.
  public subscript(name: String) -> String? {
    headers.last { $0.name == name }?.value
  }
}

/// What receives a response's body as it arrives.
public protocol BodySink: AnyObject {
  /// The next bytes. False ends the transfer.
  func receive(_ bytes: UnsafeRawBufferPointer, head: ResponseHead) -> Bool
  /// Called several times a second. False ends the transfer.
  func goesOn() -> Bool
}

/// One request at a time, its body handed on as it arrives: libcurl's easy
/// interface, for downloads. Redirects are the caller's to follow.
@safe public final class Fetcher {
  private let easy: UnsafeMutableRawPointer
  private let errorBuffer = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
  private var headerList: HeaderList?
  private let options: ClientOptions
  private let certificates: Result<CertificateStore, TransportError>
  private var head = ResponseHead()
  private var sink: (any BodySink)?

  /// A fetcher that has asked nothing yet. `options.timeout` and
  /// `maximumResponseBytes` do not hold: a download takes as long as it takes.
  ///
  /// - Throws: `TransportError` if libcurl cannot be set up.
  public init(options: ClientOptions = ClientOptions()) throws(TransportError) {
    guard curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK,
      let easy = unsafe curl_easy_init()
    else { throw TransportError(.configuration, "libcurl cannot be set up") }
    unsafe self.easy = easy
    self.options = options
    certificates = options.locatedCertificates
  }

  deinit {
    unsafe curl_easy_cleanup(easy)
    unsafe errorBuffer.deallocate()
  }

  /// Sends a GET, or a HEAD if nobody takes the body, and returns when the
  /// response has ended.
  ///
  /// - Parameters:
  ///   - headers: lines `name: value` without control characters.
  ///   - sink: takes the body.
  /// - Throws: `TransportError`; of kind `interrupted` if `sink` ended it.
  public func fetch(
    _ url: String, headers: [String] = [], into sink: (any BodySink)? = nil
  ) throws(TransportError) -> ResponseHead {
    try prepare(url, headers, sink)
    defer { self.sink = nil }
    let code = unsafe curl_easy_perform(easy)
    guard code == CURLE_OK else {
      throw unsafe TransportError(
        code, of: easy, detail: String(cString: errorBuffer), certificates: certificates)
    }
    return head
  }

  private func prepare(
    _ url: String, _ headers: [String], _ sink: (any BodySink)?
  ) throws(TransportError) {
    unsafe curl_easy_reset(easy)
    (self.sink, head) = (sink, ResponseHead())
    unsafe errorBuffer.update(repeating: 0, count: Int(CURL_ERROR_SIZE))
    var setter = unsafe OptionSetter(easy: easy)
    unsafe setter.pointer(CURLOPT_ERRORBUFFER, errorBuffer)
    setter.apply(options)
    try setter.apply(certificates, url: url)
    setter.long(CURLOPT_TIMEOUT_MS, 0)
    setter.long(CURLOPT_LOW_SPEED_LIMIT, 1)
    setter.long(CURLOPT_LOW_SPEED_TIME, max(1, Int(min(options.stallTimeout, 1e6).rounded(.up))))
    // The bytes as they are: a range of them is asked for, and a digest.
    setter.string(CURLOPT_ACCEPT_ENCODING, "identity")
    setter.string(CURLOPT_URL, url)
    setter.long(CURLOPT_NOBODY, sink == nil ? 1 : 0)
    let this = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe setter.pointer(CURLOPT_HEADERDATA, this)
    unsafe setter.transfer(CURLOPT_HEADERFUNCTION) { buffer, size, count, context in
      unsafe Fetcher.from(context).receiveHeader(
        UnsafeRawBufferPointer(start: buffer, count: size * count))
    }
    unsafe setter.pointer(CURLOPT_WRITEDATA, this)
    unsafe setter.transfer(CURLOPT_WRITEFUNCTION) { buffer, size, count, context in
      unsafe Fetcher.from(context).receiveBody(
        UnsafeRawBufferPointer(start: buffer, count: size * count))
    }
    setter.long(CURLOPT_NOPROGRESS, 0)
    unsafe setter.pointer(CURLOPT_XFERINFODATA, this)
    unsafe setter.progress { context, _, _, _, _ in
      unsafe Fetcher.from(context).sink?.goesOn() == false ? 1 : 0
    }
    let list = try HeaderList(headers)
    unsafe setter.headers(list.first)
    headerList = list
    if let code = setter.failure { throw TransportError(code: code) }
  }

  private static func from(_ context: UnsafeMutableRawPointer?) -> Fetcher {
    unsafe object(behind: context)
  }

  /// CURLOPT_HEADERFUNCTION: one line, of which a status line begins anew
  /// (after `100 Continue`, say).
  private func receiveHeader(_ bytes: UnsafeRawBufferPointer) -> Int {
    switch unsafe HeaderLine(bytes) {
    case .status:
      var status = 0
      _ = unsafe vqa_curl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
      head = ResponseHead(status: status)
    case .field(let name, let value): head.headers.append((name, value))
    case .other: break
    }
    return bytes.count
  }

  private func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Int {
    unsafe sink?.receive(bytes, head: head) == true ? bytes.count : -1
  }
}

internal import CCurl

/// Sets options on one easy handle and remembers the first refusal, so that
/// every return code is looked at, once, at the end.
@safe struct OptionSetter {
  let easy: UnsafeMutableRawPointer
  private(set) var failure: CURLcode?

  init(easy: UnsafeMutableRawPointer) { unsafe self.easy = easy }

  private mutating func note(_ code: CURLcode) {
    if code != CURLE_OK, failure == nil { failure = code }
  }

  mutating func long(_ option: CURLoption, _ value: Int) {
    note(unsafe vqa_curl_set_long(easy, option, value))
  }

  mutating func offset(_ option: CURLoption, _ value: Int) {
    note(unsafe vqa_curl_set_offset(easy, option, curl_off_t(value)))
  }

  /// nil takes libcurl's default away.
  mutating func string(_ option: CURLoption, _ value: String?) {
    note(unsafe vqa_curl_set_string(easy, option, value))
  }

  mutating func pointer(_ option: CURLoption, _ value: UnsafeMutableRawPointer) {
    note(unsafe vqa_curl_set_pointer(easy, option, value))
  }

  mutating func headers(_ list: UnsafeMutablePointer<curl_slist>?) {
    note(unsafe vqa_curl_set_headers(easy, list))
  }

  mutating func transfer(_ option: CURLoption, _ function: vqa_curl_transfer) {
    note(unsafe vqa_curl_set_transfer(easy, option, function))
  }

  mutating func progress(_ function: @escaping curl_xferinfo_callback) {
    note(unsafe vqa_curl_set_progress(easy, function))
  }

  mutating func seek(_ function: vqa_curl_seek) {
    note(unsafe vqa_curl_set_seek(easy, function))
  }

  /// What every request of a client has in common.
  mutating func apply(_ options: borrowing ClientOptions) {
    // Without this libcurl raises signals for slow name look-ups.
    long(CURLOPT_NOSIGNAL, 1)
    note(unsafe vqa_curl_set_web_only(easy))
    long(CURLOPT_FOLLOWLOCATION, 0)
    long(CURLOPT_SSL_VERIFYPEER, 1)
    long(CURLOPT_SSL_VERIFYHOST, 2)
    if let proxy = options.proxy { string(CURLOPT_PROXY, proxy) }
    if !options.usesProxies { string(CURLOPT_NOPROXY, "*") }
    // HTTP/2 where TLS offers it; a new request waits to learn whether it can
    // share a connection that is being made, instead of making one more.
    long(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS)
    long(CURLOPT_PIPEWAIT, 1)
    string(CURLOPT_ACCEPT_ENCODING, "gzip")
    string(CURLOPT_USERAGENT, options.userAgent)
    long(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(options.connectTimeout))
    // 0 means "no limit" to libcurl.
    long(CURLOPT_TIMEOUT_MS, options.timeout.isFinite ? milliseconds(options.timeout) : 0)
    long(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    long(CURLOPT_TCP_KEEPALIVE, 1)
    // Half of libcurl's default: every request in flight has one.
    long(CURLOPT_UPLOAD_BUFFERSIZE, 32 * 1024)
  }

  /// The authorities of what is reached by TLS.
  ///
  /// - Throws: if there are none, and `url` needs them.
  mutating func apply(
    _ certificates: Result<CertificateStore, TransportError>, url: String
  ) throws(TransportError) {
    switch certificates {
    case .success(let store): apply(store)
    case .failure(let error): if !url.hasPrefix("http:") { throw error }
    }
  }

  /// The authorities that a server, and a proxy that is reached by TLS, is
  /// checked against.
  private mutating func apply(_ store: CertificateStore) {
    for option in [CURLOPT_CAINFO, CURLOPT_PROXY_CAINFO] { string(option, store.file) }
    for option in [CURLOPT_CAPATH, CURLOPT_PROXY_CAPATH] { string(option, store.directory) }
  }

  /// At least one.
  private func milliseconds(_ seconds: Double) -> Int {
    Int(max(1, min(seconds * 1000, Double(Int32.max))))
  }
}

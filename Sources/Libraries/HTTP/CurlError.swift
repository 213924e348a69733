internal import CCurl

extension TransportError {
  /// What `code` means; `detail` is what libcurl left in the error buffer.
  init(code: CURLcode, detail: String) {
    let general = unsafe String(cString: curl_easy_strerror(code))
    // One code for an address that is not http and a reply that is not HTTP/1.
    let isReply = code == CURLE_UNSUPPORTED_PROTOCOL && detail.contains("HTTP/0.9")
    self.init(isReply ? .malformedResponse : Kind(code), detail.isEmpty ? general : detail)
  }
}

extension TransportError.Kind {
  /// Sorts libcurl's codes (https://curl.se/libcurl/c/libcurl-errors.html).
  init(_ code: CURLcode) {
    switch code {
    case CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT, CURLE_NOT_BUILT_IN, CURLE_FAILED_INIT,
      CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ENGINE_NOTFOUND, CURLE_BAD_FUNCTION_ARGUMENT,
      CURLE_UNKNOWN_OPTION:
      self = .configuration
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
      self = .nameResolution
    case CURLE_COULDNT_CONNECT, CURLE_PROXY, CURLE_INTERFACE_FAILED:
      self = .connection
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS,
      CURLE_SSL_PINNEDPUBKEYNOTMATCH:
      self = .certificate
    case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_SSL_CERTPROBLEM,
      CURLE_USE_SSL_FAILED:
      self = .tls
    case CURLE_OPERATION_TIMEDOUT:
      self = .timeout
    case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE,
      CURLE_HTTP2, CURLE_HTTP2_STREAM, CURLE_SEND_FAIL_REWIND:
      self = .interrupted
    case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING:
      self = .malformedResponse
    default:
      self = .other
    }
  }
}

internal import CCurl
import Glibc

extension TransportError {
  /// What `code` means of an option that was set; nothing was sent yet.
  init(code: CURLcode) {
    self.init(Kind(code), unsafe String(cString: curl_easy_strerror(code)))
  }

  /// Why a transfer has failed.
  ///
  /// - Parameters:
  ///   - easy: the handle, which knows how far the transfer has come.
  ///   - detail: what libcurl left in the error buffer.
  ///   - certificates: what the server was checked against.
  init(
    _ code: CURLcode, of easy: UnsafeMutableRawPointer, detail: String,
    certificates: Result<CertificateStore, TransportError>
  ) {
    var (connectStatus, requestBytes) = (0, 0)
    _ = unsafe vqa_curl_get_long(easy, CURLINFO_HTTP_CONNECTCODE, &connectStatus)
    _ = unsafe vqa_curl_get_long(easy, CURLINFO_REQUEST_SIZE, &requestBytes)
    self.init(code: code)
    if !detail.isEmpty { message = detail }
    if kind == .certificate, case .success(let store) = certificates { message += store.hint }
    hasLeft = requestBytes > 0
    if [401, 403, 407].contains(connectStatus) {
      (kind, hasLeft) = (.proxyRefused, false)
      message = "the proxy refuses to connect (HTTP \(connectStatus) to CONNECT)"
    } else if hasLeft, kind == .configuration {
      // One code for an address that is not http, and a reply that is not.
      kind = .malformedResponse
    } else if !hasLeft, Self.isOutOfDescriptors {
      kind = .outOfDescriptors
      message = "too many open files: \(message); raise the limit (ulimit -n) or lower --jobs"
    }
  }

  /// Whether no file can be opened. libcurl and the resolver do not say that
  /// this was their trouble.
  static var isOutOfDescriptors: Bool {
    let descriptor = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
    guard descriptor < 0 else {
      close(descriptor)
      return false
    }
    return errno == EMFILE || errno == ENFILE
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

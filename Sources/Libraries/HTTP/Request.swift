/// One HTTP request, as plain values.
public struct Request: Sendable {
  /// An `http` or `https` address.
  public var url: String
  /// Header lines, `name: value`, without an end of line. A line with a control
  /// character is refused when the request is started.
  public var headers: [String]
  /// The body to POST, as pieces that are sent one after another, so that
  /// requests can share a large piece; nil for a GET.
  public var body: [[UInt8]]?
  /// The method, if it is neither POST nor GET.
  public var method: String?

  /// A request to `url`; a POST if it has a body.
  public init(
    url: String, headers: [String] = [], body: [[UInt8]]? = nil, method: String? = nil
  ) {
    self.url = url
    self.headers = headers
    self.body = body
    self.method = method
  }
}

/// What the server answered.
public struct Response: Sendable {
  /// The HTTP status code.
  public var status: Int
  /// The whole body, its transfer and content encodings (gzip) removed.
  public var body: [UInt8]

  /// Those of the headers that `ClientOptions.keptHeaders` names, in lower case,
  /// in the order in which they came.
  public var headers: [(name: String, value: String)]

  /// An answer with `status` and `body`.
  public init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8]) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// The last header of that name, given in lower case.
  public subscript(name: String) -> String? { headers.last { $0.name == name }?.value }
}

/// What holds for every request of a client.
public struct ClientOptions: Sendable {
  /// Seconds to resolve the name and to connect, TLS included.
  public var connectTimeout: Double = 30
  /// Seconds for a whole request; infinite where the caller cancels by a clock
  /// of its own.
  public var timeout: Double = 300
  /// A `Fetcher`'s transfer that moves less than a byte a second for this many
  /// seconds is given up. A `Client`'s request may wait for its answer as long
  /// as `timeout` says.
  public var stallTimeout: Double = 120
  /// The most bytes of a response that are kept; a longer one is an error.
  public var maximumResponseBytes = 16 << 20
  /// A file of CA certificates instead of the system's.
  public var certificateFile: String?
  /// A folder of hashed CA certificates, beside the file.
  public var certificateDirectory: String?
  /// Whether the proxies that the environment names (`https_proxy`, `no_proxy`
  /// and their like) are used.
  public var usesProxies = true
  /// A proxy in place of those of the environment.
  public var proxy: String?
  /// The most connections that are open at once; fewer where the process may
  /// not open so many files.
  public var maximumConnections = 64
  /// The headers that a `Response` has, in lower case.
  public var keptHeaders: Set<String> = ["date", "retry-after"]
  /// The `User-Agent`.
  public var userAgent = "vqa"

  /// The defaults.
  public init() {}
}

/// Why a request has no response.
public struct TransportError: Error, Sendable {
  /// The kinds that a caller can treat differently.
  public enum Kind: Sendable {
    /// The address or an option is wrong; no request with it can succeed.
    case configuration
    /// The name could not be resolved.
    case nameResolution
    /// No connection, to the server or to the proxy.
    case connection
    /// The proxy refuses to make connections (401, 403 or 407 to CONNECT), for
    /// example since the password is wrong. To try again can lock an account.
    case proxyRefused
    /// The process has too many files open. Nothing of the request has left.
    case outOfDescriptors
    /// The server's certificate cannot be trusted.
    case certificate
    /// TLS failed in some other way.
    case tls
    /// A timeout ran out, or the transfer stalled.
    case timeout
    /// The connection ended in the middle.
    case interrupted
    /// The response is longer than `ClientOptions.maximumResponseBytes`.
    case responseTooLarge
    /// What came is not HTTP, or its encoding is damaged.
    case malformedResponse
    /// Anything else.
    case other
  }

  /// The kind.
  public var kind: Kind
  /// libcurl's own words, in one line.
  public var message: String
  /// Whether anything of the request may have reached the server.
  public var hasLeft = false

  /// An error with its kind and message.
  public init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }
}

extension TransportError: CustomStringConvertible {
  /// What libcurl said.
  public var description: String { message }
}

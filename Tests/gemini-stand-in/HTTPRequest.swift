/// A request after its last byte, as the service wants it.
struct HTTPRequest {
  let method: String
  /// Without the query.
  let path: String
  let query: [(name: String, value: String)]
  /// Every credential sent, by header or query.
  let credentials: [String]
  let acceptsGzip: Bool
  /// `X-Server-Timeout`: the client's own limit, in seconds.
  let timeout: Double?
  /// `host` and those that begin with `x-goog-upload-`, in lower case.
  let headers: [String: String]
  let body: [UInt8]
  /// Bytes received, of which `body` may hold only the allowed ones.
  let bodySize: Int
}

/// What a path asks for.
enum Endpoint: Equatable {
  case generate(version: String, model: String)
  case countTokens(version: String, model: String)
  case model(version: String, name: String)
  case models
  case batch(BatchEndpoint)
  case stats
  case unknown

  init(method: String, path: String, query: [(name: String, value: String)] = []) {
    if let batch = BatchEndpoint(method: method, path: path, query: query) {
      self = .batch(batch)
      return
    }
    let parts = path.split(separator: "/", omittingEmptySubsequences: true)
    if method == "GET", path == "/stand-in/stats" {
      self = .stats
      return
    }
    guard parts.count >= 2, ["v1", "v1beta", "v1alpha"].contains(parts[0]), parts[1] == "models"
    else {
      self = .unknown
      return
    }
    let version = String(parts[0])
    guard parts.count == 3 else {
      self = method == "GET" && parts.count == 2 ? .models : .unknown
      return
    }
    let call = parts[2].split(separator: ":", maxSplits: 1).map(String.init)
    switch (method, call.count, call.last) {
    case ("GET", 1, _): self = .model(version: version, name: call[0])
    case ("POST", 2, "generateContent"): self = .generate(version: version, model: call[0])
    case ("POST", 2, "countTokens"): self = .countTokens(version: version, model: call[0])
    default: self = .unknown
    }
  }
}

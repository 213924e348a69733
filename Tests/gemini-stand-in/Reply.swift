/// What goes back over the connection, and how well.
struct Reply {
  var status: Int
  var contentType = "application/json; charset=UTF-8"
  var body: [UInt8]
  /// Headers beside the usual ones.
  var headers: [(name: String, value: String)] = []
  var delivery = Delivery.whole

  init(status: Int, contentType: String? = nil, body: [UInt8]) {
    self.status = status
    if let contentType { self.contentType = contentType }
    self.body = body
  }

  init(_ value: Value, status: Int = 200) { self.init(status: status, body: value.pretty) }

  init(_ refusal: Refusal) { self.init(refusal.body, status: refusal.code) }
}

/// How a reply reaches the client, or does not.
enum Delivery: Equatable {
  case whole
  /// Whole, in chunks, without a content-length.
  case chunked
  /// Whole and gzip-compressed, if the client accepts that.
  case compressed
  /// Said to be gzip, but it is not.
  case brokenCompression
  /// Whole, then the connection ends, with or without `Connection: close`.
  case thenClose(announced: Bool)
  /// Nothing; the connection ends or is reset.
  case close
  case reset
  /// The head and half of the body, then a reset.
  case resetInBody
  /// Half of the body that content-length promises, then the end.
  case cutLength
  /// Half of the body in chunks, then the end without a last chunk.
  case cutChunks
  /// The whole body at so many bytes a second.
  case drip(bytesPerSecond: Int)
  /// Nothing, for ever.
  case stall
  /// The head and half of the body, then nothing for ever.
  case stallInBody
  /// JSON without end, up to so many bytes.
  case giant(bytes: Int)
  /// Bytes that are no HTTP.
  case notHTTP
}

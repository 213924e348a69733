/// What a reply means for the request, its key and the run.
enum Verdict {
  /// A finished, non-empty text. Whether it answers the question is decided by
  /// `RowAnswer`.
  case text(Answer)
  /// Nothing usable came, but another attempt may succeed; `Failure.kind` says
  /// how to go about it.
  case retry(Failure)
  /// This request can never succeed; others can.
  case failed(Failure)
  /// The project may not ask now.
  case throttled(Throttle)
  /// The key is unusable in this run.
  case keyRejected(String)
  /// The project has no credit or is closed: unusable in this run.
  case projectRejected(String)
  /// The project cannot use this model; others may.
  case modelMissing(String)
  /// No request can succeed as they are made now.
  case stop(String)
}

extension Verdict {
  /// The same with messages of one line: the service's may hold a page.
  var withShortMessage: Verdict {
    switch self {
    case .text: return self
    case .retry(let failure): return .retry(failure.withShortMessage)
    case .failed(let failure): return .failed(failure.withShortMessage)
    case .throttled(var throttle):
      throttle.message = throttle.message.oneLine
      return .throttled(throttle)
    case .keyRejected(let message): return .keyRejected(message.oneLine)
    case .projectRejected(let message): return .projectRejected(message.oneLine)
    case .modelMissing(let message): return .modelMissing(message.oneLine)
    case .stop(let message): return .stop(message.oneLine)
    }
  }
}

/// Why a request brought no answer.
struct Failure: Error, Equatable {
  /// How another attempt is made.
  enum Kind {
    /// The network, or the service for a moment: with backoff, within `--retries`.
    case transient
    /// The model has no capacity, whoever asks: all requests back off.
    case overloaded
    /// The model's answer was unusable: once more, since each attempt is paid.
    case answer
  }

  var kind: Kind
  var code: ErrorCode
  var message: String
  /// Seconds to wait before another attempt, as the service asked (`Retry-After`);
  /// nil if it did not.
  var delay: Double?
  /// What the model wrote, cut to `maximumTextBytes`; nil if it wrote nothing.
  var text: String?

  /// The most of an unusable answer that a row's `error` carries.
  static let maximumTextBytes = 2000
  /// The most of a message, in characters.
  static let maximumMessageLength = 300

  /// - Parameter text: what the model wrote, of any length.
  init(
    _ kind: Kind, _ code: ErrorCode, _ message: String, delay: Double? = nil, text: String? = nil
  ) {
    self.kind = kind
    self.code = code
    self.message = message
    self.delay = delay
    self.text = text.map { $0.cut(toBytes: Self.maximumTextBytes) }
  }

  /// A failure of the answer or the request itself.
  init(_ code: ErrorCode, _ message: String, text: String? = nil) {
    self.init(.answer, code, message, text: text)
  }

  /// The cause without what differs from request to request, to tell whether
  /// many requests fail for the same cause: the code, and the message with
  /// numbers and quoted texts replaced.
  var reason: String { "\(code.rawValue): \(Self.normalized(message))" }

  fileprivate var withShortMessage: Failure {
    var failure = self
    failure.message = message.oneLine
    return failure
  }

  /// Lower case; runs of digits are `#`, texts in double quotes are `""`, and
  /// words longer than 30 bytes (ids, digests, Base64) are `…`.
  static func normalized(_ message: String) -> String {
    var words: [String] = []
    var isQuoted = false
    for piece in message.lowercased().split(separator: "\"", omittingEmptySubsequences: false) {
      defer { isQuoted.toggle() }
      guard !isQuoted else {
        words.append("\"\"")
        continue
      }
      for word in piece.split(whereSeparator: \.isWhitespace) {
        words.append(word.utf8.count > 30 ? "…" : withoutNumbers(word))
      }
    }
    return words.joined(separator: " ")
  }

  private static func withoutNumbers(_ word: Substring) -> String {
    word.reduce(into: "") { text, character in
      if !character.isNumber {
        text.append(character)
      } else if text.last != "#" {
        text.append("#")
      }
    }
  }
}

/// A 429 and what it says of the quota.
struct Throttle: Equatable {
  /// Which quota is used up.
  enum Scope: Equatable {
    case minute
    /// Until midnight Pacific time.
    case day
    /// The service did not say.
    case unknown
  }

  var scope: Scope
  /// Seconds to wait, as the service said; nil if it did not. At most
  /// `Bounds.delay`.
  var delay: Double?
  /// The limits that it named.
  var learned = RateLimits()
  var message: String
}

/// What the model wrote.
struct Answer: Equatable {
  var text: String
  var finishReason: String
  var modelVersion: String?
  var responseID: String?
  /// The tier that served the request, such as `flex`; nil if not reported.
  var serviceTier: String?
  var usage: Usage
}

/// Limits to numbers that come from the network, so that no arithmetic on
/// them overflows.
enum Bounds {
  /// Seconds of a delay: no quota is longer than a day.
  static let delay = 86_400.0
  /// Requests or tokens of a quota.
  static let quota = 1_000_000_000
  /// Tokens of one reply.
  static let tokens = 1_000_000_000

  /// `value` seconds as a delay; nil if it is negative or not a number.
  static func delay(_ value: Double) -> Double? {
    value >= 0 ? min(value, delay) : nil
  }
}

extension String {
  /// The text in one line, cut after `Failure.maximumMessageLength` characters.
  fileprivate var oneLine: String {
    // Looking at more than can be shown would take its time with a whole page.
    let beginning = cut(toBytes: 8 * Failure.maximumMessageLength)
    let line = beginning.split { $0.isNewline || $0 == "\t" }.joined(separator: " ")
    guard line.count > Failure.maximumMessageLength else { return line }
    return line.prefix(Failure.maximumMessageLength) + "…"
  }

  /// The text, or as much of it as `limit` bytes hold and `…`.
  func cut(toBytes limit: Int) -> String {
    utf8.count > limit ? prefix(bytes: limit) + "…" : self
  }

  /// As many whole scalars as `limit` bytes hold; the text must be longer.
  func prefix(bytes limit: Int) -> Substring {
    var end = utf8.index(startIndex, offsetBy: limit)
    while end > startIndex, end.samePosition(in: unicodeScalars) == nil {
      end = utf8.index(before: end)
    }
    return self[..<end]
  }
}

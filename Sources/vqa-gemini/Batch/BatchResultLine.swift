import Digests
import Shared

/// One line of a job's result, read without knowing what was asked.
struct BatchResultLine {
  /// What the line says under its key.
  enum Content {
    /// A `GenerateContentResponse`, as it came.
    case response([UInt8])
    /// A `google.rpc.Status`.
    case error([UInt8])
  }

  /// 32 bytes.
  let key: [UInt8]
  let content: Content

  /// Reads `{"key":…,"response":{…}}`, or with `error` or `status`; in results
  /// that are in the operation the key is in `metadata`.
  ///
  /// - Returns: nil if it has no key of the form that this tool gives.
  init?(_ text: [UInt8]) {
    guard let line = try? JSONValue(parsing: text), let object = line.object,
      let name = object["key"]?.string ?? object["metadata"]?["key"]?.string,
      let key = LineKey.bytes(name)
    else { return nil }
    self.key = key
    if let response = object["response"], response.kind == .object {
      content = .response(Array(response.text))
    } else if let error = object["error"] ?? object["status"] {
      content = .error(Array(error.text))
    } else {
      content = .response(Array("{}".utf8))
    }
  }

  /// The response body that it stands for, as a live request would have had.
  var body: [UInt8] {
    switch content {
    case .response(let body): body
    case .error(let status): Array("{\"error\":".utf8) + status + Array("}".utf8)
    }
  }
}

/// What came of a line.
enum LineOutcome {
  /// The model replied; whether that answers the questions is decided when they
  /// are looked up.
  case replied(StoredReply)
  /// It may succeed if it is asked again.
  case failed(Failure)
  /// It cannot succeed.
  case hopeless(Failure)
}

extension LineOutcome {
  /// Decides what a line of a result means: the same reading as of a live
  /// response.
  ///
  /// - Parameters:
  ///   - body: redacted.
  ///   - questions: how many the line asked.
  ///   - attempts: how often it was asked, this time included.
  ///   - isCut: whether a higher cap of output tokens may help an answer that
  ///     was cut.
  init(
    body: [UInt8], questions: Int, attempts: Int,
    isCut: (Failure, Usage?) -> Bool = { _, _ in false }
  ) {
    let (verdict, usage) = ReplyReader.read(status: 200, body: body)
    switch verdict {
    case .text(let answer):
      if questions > 1, GroupReply.texts(in: answer.text, count: questions) == nil {
        self = .failed(
          Failure(.wrongAnswer, "the list has not the ids that were asked", text: answer.text))
      } else {
        self = .replied(StoredReply(body: body, questions: questions, attempts: attempts))
      }
    case .retry(let failure): self = .failed(failure)
    case .failed(let failure):
      // Of several questions one may be to blame: they are asked alone.
      self = questions > 1 || isCut(failure, usage) ? .failed(failure) : .hopeless(failure)
    case .throttled(let throttle):
      self = .failed(Failure(.transient, .rateLimited, throttle.message))
    case .keyRejected(let message), .projectRejected(let message), .modelMissing(let message),
      .stop(let message):
      self = .failed(Failure(.transient, .refused, message))
    }
  }
}

/// The keys of a job's lines, as its input and its result spell them.
enum LineKey {
  /// Lower-case hexadecimal.
  static func text(_ bytes: [UInt8]) -> String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  /// - Returns: nil unless the text is 64 hexadecimal digits.
  static func bytes(_ text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count == 64 else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: 64, by: 2) {
      let pair = String(decoding: digits[index..<index + 2], as: UTF8.self)
      guard !pair.hasPrefix("+"), !pair.hasPrefix("-"), let byte = UInt8(pair, radix: 16) else {
        return nil
      }
      bytes.append(byte)
    }
    return bytes
  }
}

extension LineKey {
  /// The key of a line that asks several questions, by theirs.
  static func digest(of keys: [[UInt8]]) -> [UInt8] {
    Digest.hash(.sha256, Array("vqa-gemini batch group\n".utf8) + keys.joined())
  }
}

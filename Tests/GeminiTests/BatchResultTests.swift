import HTTP
import Shared
import Testing

@testable import vqa_gemini

/// Lines of results, and what is decided on them.
@Suite struct BatchResultTests {
  private static let key = String(repeating: "0f", count: 32)
  private static let good =
    #"{"candidates":[{"content":{"parts":[{"text":"Yes. Explanation: x."}]},"finishReason":"STOP"}]}"#

  enum Kind { case replied, failed, hopeless }

  private static func kind(_ outcome: LineOutcome) -> (Kind, ErrorCode?) {
    switch outcome {
    case .replied: (.replied, nil)
    case .failed(let failure): (.failed, failure.code)
    case .hopeless(let failure): (.hopeless, failure.code)
    }
  }

  @Test(arguments: [
    (#""response":\#(good)"#, 1, Kind.replied, nil as ErrorCode?),
    (#""response":\#(good)"#, 2, .failed, .wrongAnswer),
    (#""response":{"promptFeedback":{"blockReason":"SAFETY"}}"#, 1, .hopeless, .blocked),
    (#""response":{"promptFeedback":{"blockReason":"SAFETY"}}"#, 2, .failed, .blocked),
    (#""response":{}"#, 1, .failed, .empty),
    (#""response":{"candidates":[{"finishReason":"MAX_TOKENS"}]}"#, 1, .hopeless, .truncated),
    (#""error":{"code":13,"message":"An internal error has occurred."}"#, 1, .failed, .serverError),
    (#""status":{"code":14,"message":"busy"}"#, 1, .failed, .serverError),
    (#""error":{"code":3,"message":"Unable to process input image."}"#, 1, .hopeless, .refused),
    (#""error":{"code":8,"message":"Resource exhausted"}"#, 1, .failed, .rateLimited),
    (#""error":{"code":7,"message":"forbidden"}"#, 1, .failed, .refused),
    (#""error":"what""#, 1, .failed, .empty),
    (#""other":1"#, 1, .failed, .empty),
  ])
  func aLineIsReadAsALiveResponseIs(
    members: String, questions: Int, kind: Kind, code: ErrorCode?
  ) throws {
    let text = "{\"key\":\"\(Self.key)\",\(members)}"
    let line = try #require(BatchResultLine(Array(text.utf8)))
    let outcome = LineOutcome(body: line.body, questions: questions, attempts: 1)
    #expect(Self.kind(outcome) == (kind, code))
  }

  /// An answer whose thoughts have used the cap up may be asked once more, with
  /// a higher one.
  @Test(arguments: [(true, 1, Kind.failed), (false, 1, .hopeless), (false, 2, .failed)])
  func anAnswerThatWasCutMayBeAskedAgain(isCut: Bool, questions: Int, kind: Kind) {
    let body = #"{"candidates":[{"finishReason":"MAX_TOKENS"}]}"#
    let outcome = LineOutcome(
      body: Array(body.utf8), questions: questions, attempts: 1, isCut: { _, _ in isCut })
    #expect(Self.kind(outcome) == (kind, .truncated))
  }

  @Test func theKeyMayBeInTheMetadata() throws {
    let text = "{\"response\":\(Self.good),\"metadata\":{\"key\":\"\(Self.key)\"}}"
    #expect(BatchResultLine(Array(text.utf8))?.key == [UInt8](repeating: 0x0F, count: 32))
  }

  @Test(arguments: [
    "", "{", "[]", #"{"response":{}}"#, #"{"key":1,"response":{}}"#, #"{"key":"no-such-key"}"#,
    #"{"key":"\#(String(repeating: "+f", count: 32))"}"#,
  ])
  func linesUnderNoKeyOfOursAreNone(text: String) {
    #expect(BatchResultLine(Array(text.utf8)) == nil)
  }

  /// Record, reply in the cache, decision.
  @Test func aQuestionIsAskedWithinItsTries() {
    let useless = Result<[UInt8], Failure>.failure(Failure(.wrongAnswer, "no"))
    let failure = Failure(.transient, .serverError, "internal")
    func record(
      part: Int64? = nil, failures: Int = 0, replies: Int = 0, isFinal: Bool = false,
      _ failure: Failure? = nil
    ) -> BatchRecord {
      BatchRecord(
        part: part, failures: failures, replies: replies, isFinal: isFinal, failure: failure)
    }
    let table: [(BatchRecord?, Result<[UInt8], Failure>?, String)] = [
      (nil, nil, "ask"), (nil, useless, "ask again"), (nil, .success([]), "answered"),
      (record(part: 3), nil, "asked"), (record(part: 3), useless, "asked"),
      (record(part: 3), .success([]), "answered"),
      (record(failures: 8, failure), nil, "ask"), (record(failures: 9, failure), nil, "given up"),
      (record(replies: 1), useless, "ask again"), (record(replies: 2), useless, "given up"),
      (record(replies: 2), nil, "ask"),
      (record(isFinal: true, failure), nil, "given up"),
    ]
    for (record, reply, expected) in table {
      let found =
        switch BatchDecision(record, reply: reply, retries: 8) {
        case .answered: "answered"
        case .asked: "asked"
        case .givenUp: "given up"
        case .ask(let isUseless): isUseless ? "ask again" : "ask"
        }
      #expect(found == expected, "\(String(describing: record)), \(String(describing: reply))")
    }
  }

  @Test(arguments: [
    ("Error on line 1: invalid JSON, near column 1032: no such field: 'x'", 1 as Int?),
    ("* error on LINE 20481: bad", 20481), ("Invalid argument.", nil), ("the line is bad", nil),
  ])
  func theBadLineIsNamed(message: String, number: Int?) {
    #expect(BadLine.number(in: message) == number)
  }

  /// Chunks are whole grains but for the last, and go on where the service is.
  @Test func anUploadGoesOnWhereItBroke() throws {
    let start = Response(
      status: 200,
      headers: [
        ("x-goog-upload-url", "https://example.org/up?id=1"),
        ("x-goog-upload-chunk-granularity", "3000000"),
      ], body: [])
    var upload = try #require(ResumableUpload(start, size: 14_000_000, mayBePlain: false))
    #expect(upload.next.range == 0..<6_000_000 && !upload.next.isLast)
    upload.advance()
    #expect(upload.command.first == "X-Goog-Upload-Offset: 6000000")
    func query(_ status: String, _ size: String) -> Response {
      Response(
        status: 200,
        headers: [("x-goog-upload-status", status), ("x-goog-upload-size-received", size)], body: []
      )
    }
    #expect(upload.queried(query("active", "9000000")) == .active)
    #expect(upload.next.range == 9_000_000..<14_000_000 && upload.next.isLast)
    #expect(upload.command.last == "X-Goog-Upload-Command: upload, finalize")
    #expect(upload.queried(query("active", "14000001")) == .gone)
    #expect(upload.queried(query("final", "14000000")) == .final)
    #expect(upload.queried(query("cancelled", "0")) == .gone)
  }

  /// Pictures go over TLS, or to loopback where the API is there.
  @Test(arguments: [
    ("https://example.org/up", true), ("http://example.org/up", false),
    ("http://127.0.0.1:9/up", false), ("https://a@b/up", false), ("file:///etc/passwd", false),
    ("https://example.org/a b", false),
  ])
  func bytesGoToSafeAddressesOnly(url: String, isSafe: Bool) {
    let response = Response(status: 200, headers: [("x-goog-upload-url", url)], body: [])
    #expect((ResumableUpload(response, size: 1, mayBePlain: false) != nil) == isSafe)
  }
}

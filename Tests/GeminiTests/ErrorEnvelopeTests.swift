import Shared
import Testing

@testable import vqa_gemini

struct ErrorEnvelopeTests {
  private func envelope(_ text: String) throws -> ErrorEnvelope {
    try #require(ErrorEnvelope(body: JSONValue(parsing: Array(text.utf8))))
  }

  /// RetryInfo is rounded down by the service, the message is not.
  @Test(arguments: [
    ("Please retry in 36.429760048s.", "36s", 36.429760048),
    ("Please retry in 801.5ms.", "0s", 0.8015),
    ("Please retry in 1m2.5s.", "62s", 62.5),
    ("Please retry in 5s.", "5s", 5),
    ("Try later.", "36s", 37),
    ("Try later.", "0.539477544s", 1.539477544),
  ])
  func theWaitIsTheMessagesOrASecondMore(message: String, delay: String, seconds: Double) throws {
    let error = try envelope(
      """
      {"error":{"code":429,"message":"\(message)","status":"RESOURCE_EXHAUSTED","details":[
      {"@type":"type.googleapis.com/google.rpc.Help"},
      {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"\(delay)"}]}}
      """)
    #expect(error.retryDelay == seconds)
  }

  @Test(arguments: ["36", "-5s", "nans", "infs", "1e999s", "s", ""])
  func aWaitThatIsNoneIsNone(delay: String) throws {
    let error = try envelope(
      """
      {"error":{"message":"Please retry in soon","details":[
      {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"\(delay)"}]}}
      """)
    #expect(error.retryDelay == nil)
  }

  @Test func itMayStandInAnArrayAndHoldNothing() throws {
    #expect(try envelope(#"[{"error":{"code":503}}]"#).code == 503)
    #expect(try envelope(#"{"error":{}}"#).message == "")
    let odd = #"{"error":{"code":"x","message":7,"details":[1,"a",{"@type":5}]}}"#
    #expect(try envelope(odd).quotaViolations.isEmpty)
    #expect(ErrorEnvelope(body: try JSONValue(parsing: Array(#"{"error":"x"}"#.utf8))) == nil)
    #expect(ErrorEnvelope(body: try JSONValue(parsing: Array("[]".utf8))) == nil)
  }

  @Test(arguments: [
    ("limit: 0, model: x", true), ("limit: 0\nPlease", true), ("limit: 0.", true),
    ("limit: 05", false), ("limit: 0.5", false), ("limit: 20", false), ("", false),
  ])
  func aLimitOfZeroIsToldFromOthers(text: String, isZero: Bool) {
    #expect(QuotaReader.isLimitZero(text) == isZero)
  }
}

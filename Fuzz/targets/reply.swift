// vqa-gemini's readers of the API's replies: whatever the service sends is a verdict.
import Shared

@testable import vqa_gemini

/// What libFuzzer calls with each input: a status in two bytes, `Retry-After` up to the first line
/// feed, then the body.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = unsafe FuzzInput(start, count).bytes
  guard bytes.count > 2 else { return 0 }
  let statuses = [200, 200, 200, 400, 403, 429, 500, 503]
  let rest = bytes.dropFirst(2)
  let headerEnd = rest.firstIndex(of: 0x0A) ?? rest.endIndex
  var headers = ReplyHeaders()
  headers.retryAfter = String(decoding: rest[..<headerEnd], as: UTF8.self)
  headers.date = "Sun, 06 Nov 1994 08:49:37 GMT"
  if let delay = headers.delay { precondition(delay >= 0 && delay.isFinite) }
  let body = Array(rest[headerEnd...].dropFirst())
  let (verdict, _) = ReplyReader.read(
    status: statuses[Int(bytes[0]) % statuses.count], headers: headers, body: body)
  if case .text(let answer) = verdict {
    _ = AnswerCheck.fault(in: answer.text, reference: "yes", mode: .mention)
    judge(answer.text)
  }
  judge(String(decoding: body, as: UTF8.self))
  _ = LegacyAnswers.reply(members: body)
  return 0
}

/// A model's text, as the answers to several questions.
private func judge(_ text: String) {
  for count in [1, 3] {
    guard let texts = GroupReply.texts(in: text, count: count) else { continue }
    precondition(texts.count == count)
  }
}

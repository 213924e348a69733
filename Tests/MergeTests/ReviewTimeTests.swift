import Foundation
import TestSupport
import Testing

@testable import vqa_merge

/// Times of verdicts, in the order that Python's `datetime` gives them.
@Suite struct ReviewTimeTests {
  /// From early to late, each written as some tool writes it.
  static let texts = [
    "1969-12-31T23:59:59Z", "2024-02-29T23:59:59Z", "2024-03-01 00:00:00",
    "2026-11-25T08:00:00Z", "2026-11-25T08:00:00.000001Z", "2026-11-25T08:00:00.25Z",
    "2026-11-25T10:00:00.500000+02:00", "2026-11-25T03:30:01-0430", "2026-11-25T08:00:02.1",
    "2027-01-01T00:00:00+14:00", "2026-12-31T12:00:00z",
  ]

  @Test func theyAreOrderedAsInstants() throws {
    let times = try Self.texts.map { try #require(ReviewTime($0), "\($0)") }
    #expect(times == times.sorted() && Set(zip(times, times.dropFirst()).map(<)) == [true])
    #expect(times.allSatisfy { ReviewTime.none < $0 })
    let code = """
      import sys
      from datetime import datetime, timezone
      times = [datetime.fromisoformat(line.strip().replace('z', 'Z')) for line in sys.stdin]
      times = [time if time.tzinfo else time.replace(tzinfo=timezone.utc) for time in times]
      print(times == sorted(times))
      """
    let result = try Python.code(code).run(input: Self.texts.joined(separator: "\n"))
    #expect(result.output == "True\n", "\(result)")
  }

  @Test(arguments: [
    "", "x", "2026-11-25", "2026-11-25T08:00", "2026/11/25T08:00:00Z", "2026-11-25T08:00:00X",
    "2026-11-25T08:00:00+1:00", "20a6-11-25T08:00:00Z", "2026-11-25T08:00:00+02:00x",
  ])
  func otherTextsAreNone(text: String) { #expect(ReviewTime(text) == nil) }
}

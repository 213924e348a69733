import Testing

@testable import vqa_gemini

struct BackoffTests {
  @Test func theCeilingDoublesUpToTheCap() {
    let backoff = Backoff(base: 1, cap: 60)
    #expect((1...8).map(backoff.ceiling) == [1, 2, 4, 8, 16, 32, 60, 60])
    #expect(backoff.ceiling(attempt: 1_000_000) == 60)
  }

  @Test func theJitterIsFull() {
    var random = SystemRandomNumberGenerator()
    let delays = (0..<1_000).map { _ in Backoff().delay(attempt: 4, using: &random) }
    #expect(delays.allSatisfy { (0...8).contains($0) })
    #expect(delays.contains { $0 < 1 } && delays.contains { $0 > 7 })
  }
}

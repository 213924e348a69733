import Testing

@testable import Shared

struct PaceTests {
  /// 60 rows at the beginning of every minute, as a quota of 60 a minute gives.
  private func bursts(until end: Int) -> Pace {
    var pace = Pace()
    for second in 0...end {
      pace.note(second == 0 ? 0 : (second - 1) / 60 * 60 + 60, at: Double(second))
    }
    return pace
  }

  @Test func theFirstSecondsGiveNoEstimate() {
    #expect(bursts(until: 9).seconds(for: 10) == nil)
    #expect(bursts(until: 9).note(forRest: 10) == "")
    #expect(bursts(until: 30).seconds(for: 10) == 5)
    #expect(bursts(until: 60).seconds(for: 10) == 10)
    #expect(bursts(until: 60).note(forRest: 60, isLeast: true) == ", at least 60 s left")
  }

  @Test func burstsEvenOut() throws {
    for second in 120...400 {
      #expect(bursts(until: second).seconds(for: 1_000) == 1_000)
    }
  }

  @Test func theLastMinuteCounts() throws {
    var pace = Pace()
    for second in 0..<100 { pace.note(1_000 * second, at: Double(second)) }
    for second in 100..<200 { pace.note(100_000 + second, at: Double(second)) }
    #expect(try #require(pace.seconds(for: 60)) == 60)
  }

  @Test func aRunThatStandsStillHasNoEnd() {
    var pace = Pace()
    for second in 0..<100 { pace.note(7, at: Double(second)) }
    #expect(pace.seconds(for: 1) == nil)
  }

  @Test(arguments: [
    (60, ", about 60 s left"), (1_200, ", about 20 min left"), (14_400, ", about 4 h left"),
  ])
  func theRestIsToldInOneUnit(rows: Int, note: String) {
    #expect(bursts(until: 200).note(forRest: rows) == note)
    #expect(bursts(until: 200).note(forRest: nil) == "")
  }
}

import Foundation
import TestSupport
import Testing

@testable import vqa_gemini

struct PacificDayTests {
  /// Every 20 minutes around each change of clocks and each new year from 2024
  /// to 2060, as Python's zoneinfo has them.
  @Test func theDaysAreThoseOfTheTimeZoneDatabase() throws {
    let code = """
      from datetime import datetime, timedelta, timezone
      from zoneinfo import ZoneInfo
      zone = ZoneInfo("America/Los_Angeles")
      for year in range(2024, 2061):
        for month, day in [(1, 1), (2, 28), (3, 8), (3, 12), (11, 1), (11, 5), (12, 31)]:
          start = datetime(year, month, day, tzinfo=timezone.utc)
          for step in range(0, 72 * 8):
            moment = start + timedelta(minutes=20 * step)
            local = moment.astimezone(zone)
            number = (local.date() - datetime(1970, 1, 1).date()).days
            midnight = datetime.combine(local.date() + timedelta(days=1), datetime.min.time(), zone)
            print(int(moment.timestamp()), number, int(midnight.timestamp()))
      """
    let result = try Python.code(code).run()
    try #require(result.status == 0, "\(result)")
    var checked = 0
    for line in result.lines {
      let numbers = line.split(separator: " ").compactMap { Int($0) }
      try #require(numbers.count == 3)
      let time = Double(numbers[0])
      let midnight = Double(numbers[2])
      guard PacificDay.number(at: time) == numbers[1],
        PacificDay.number(at: midnight - 1) == numbers[1],
        PacificDay.number(at: midnight) == numbers[1] + 1
      else {
        Issue.record("\(line): \(PacificDay.number(at: time))")
        return
      }
      checked += 1
    }
    #expect(checked == 37 * 7 * 576)
  }
}

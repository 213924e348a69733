import TestSupport
import Testing

/// The stand-in is our reading of the API's documents; Google's own client
/// must find in it what it finds in the service.
@Suite struct GoogleClientTests {
  @Test(.timeLimit(.minutes(15)))
  func theGoogleClientFindsWhatItExpects() throws {
    let server = try StandIn([
      "--config", here("sdk_check.conf"), "--latency", "1ms..5ms",
    ])
    try runChecks("sdk_check.py", against: server)
    let stats = try server.stats()
    #expect(stats.inFlight == 0)
    #expect(stats.maxInFlight > 1)
    #expect(stats.projects["limited"]?["refused_rpm"] == 2)
  }
}

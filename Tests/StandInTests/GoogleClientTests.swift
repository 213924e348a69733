import Foundation
import TestSupport
import Testing

/// The stand-in is our reading of the API's documents; Google's own client
/// must find in it what it finds in the service.
@Suite struct GoogleClientTests {
  @Test(.timeLimit(.minutes(2)))
  func theGoogleClientFindsWhatItExpects() throws {
    let server = try StandIn([
      "--config", here("sdk_check.conf").path, "--latency", "1ms..5ms",
    ])
    var script = try Python.script("Tests/StandInTests/sdk_check.py", [server.baseURL])
    script.timeLimit = 100
    let result = try script.run()
    #expect(result.status == 0, "\(result)")
    let text = try String(contentsOf: here("sdk_check.py"), encoding: .utf8)
    let checks = text.split(separator: "\n").filter { $0.hasPrefix("def check_") }
    #expect(result.lines.count == checks.count, "\(result)")
    let stats = try server.stats()
    #expect(stats.inFlight == 0)
    #expect(stats.maxInFlight > 1)
    #expect(stats.projects["limited"]?["refused_rpm"] == 2)
  }
}

func here(_ name: String) -> URL {
  URL(filePath: #filePath).deletingLastPathComponent().appending(path: name)
}

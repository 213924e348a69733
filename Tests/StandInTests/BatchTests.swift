import TestSupport
import Testing

/// The Files and Batch parts, with Google's own client and on the wire.
@Suite struct BatchTests {
  @Test(.timeLimit(.minutes(15)), arguments: ["batch_sdk_check.py", "batch_check.py"])
  func filesAndBatchesAreAsTheDocumentsSay(script: String) throws {
    let server = try StandIn(["--config", here("batch_check.conf")])
    try runChecks(script, against: server)
    #expect(try server.stats().jobs > 10)
  }
}

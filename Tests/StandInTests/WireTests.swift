import Foundation
import TestSupport
import Testing

/// What the stand-in does on the wire, seen by Python's HTTP and JSON.
@Suite struct WireTests {
  @Test(.timeLimit(.minutes(15)))
  func theWireIsAsTheDocumentsSay() throws {
    let server = try StandIn([
      "--config", here("wire_check.conf"), "--max-body", "3000000",
    ])
    try runChecks("wire_check.py", against: server)
  }

  @Test(.timeLimit(.minutes(15)))
  func theLogTellsWhatWasAsked() throws {
    let server = try StandIn([
      "--key", "k1 name=first project=p rpm=3", "--key", "k2 name=second project=p",
      "--latency", "20ms..40ms",
    ])
    let program = """
      import json, sys, urllib.request, urllib.error
      for n in range(5):
          body = json.dumps({"contents": {"parts": {"text": "Reference answer: %d" % (n % 2)}}})
          try:
              urllib.request.urlopen(urllib.request.Request(
                  sys.argv[1] + "/v1beta/models/gemini-3.8-flash:generateContent",
                  body.encode(), {"x-goog-api-key": "k1" if n < 2 else "k2"})).read()
          except urllib.error.HTTPError as error:
              error.read()
      """
    let result = try Python.code(program, [server.baseURL]).run()
    #expect(result.status == 0, "\(result)")
    let rows = try server.rows()
    #expect(rows.map(\.status) == [200, 200, 200, 429, 429])
    #expect(rows.map(\.key) == ["first", "first", "second", "second", "second"])
    #expect(rows.map(\.refused) == [nil, nil, nil, "rpm", "rpm"])
    #expect(rows.map { $0.repeat ?? false } == [false, false, true, false, false])
    #expect(rows[0].request == rows[2].request && rows[0].request != rows[1].request)
    #expect(rows.prefix(3).allSatisfy { $0.seconds >= 0.02 && $0.seconds < 1 })
    #expect(rows.busiestMinute() == ["p gemini-3.8-flash": 3])
    let stats = try server.stats()
    #expect(stats.repeats == 1 && stats.answered == 2 && stats.requests == 5)
    #expect(stats.projects == ["p": ["admitted": 3, "refused_rpm": 2]])
    #expect(stats.byKey == ["first": 2, "second": 3])
  }

  @Test(arguments: [
    ["--key", "k state=unheard-of"], ["--fault", "nonsense"], ["--fault", "internal nht=3"],
    ["--latency", "soon"], ["--config", "/nonexistent"], ["--key", "k rpm=many"],
  ])
  func mistypedDirectivesStopTheServer(_ arguments: [String]) throws {
    #expect(throws: StandInError.self) { try StandIn(arguments) }
  }
}

/// Runs a script of checks and expects each of them to have passed.
func runChecks(_ name: String, against server: StandIn) throws {
  var script = try Python.script("Tests/StandInTests/\(name)", [server.baseURL])
  script.timeLimit = 100
  let result = try script.run()
  let text = try String(contentsOfFile: here(name), encoding: .utf8)
  let checks = text.split(separator: "\n").filter { $0.hasPrefix("def check_") }
  #expect(result.status == 0, "\(result)")
  #expect(result.lines.count == checks.count, "\(result)")
}

/// The path of a file beside this one.
func here(_ name: String) -> String {
  URL(filePath: #filePath).deletingLastPathComponent().appending(path: name).path
}

import Foundation
import TestSupport
import Testing

/// TLS, proxies and names, with the stand-in behind them.
struct TLSTests {
  /// A run that reaches `server` over TLS as `localhost`.
  private func run(_ server: StandIn, certificate: String = "localhost") throws -> (
    GeminiRun, Front
  ) {
    var run = try GeminiRun("")
    try Certificates.make(in: run.scratch)
    let front = try Front.tls(run.scratch, certificate: certificate, of: server)
    run.environment["GOOGLE_GEMINI_BASE_URL"] = "https://localhost:\(front.port)"
    return (run, front)
  }

  @Test(arguments: ["SSL_CERT_FILE", "CURL_CA_BUNDLE"])
  func anAuthorityOfOnesOwnIsTrusted(variable: String) throws {
    let server = try StandIn()
    var (run, front) = try run(server)
    run.environment[variable] = run.scratch.path("ca.pem")
    let result = try run.tool().run(input: run.rows(3))
    #expect(result.status == 0, "\(result)")
    #expect(try server.stats().answered == 3)
    withExtendedLifetime(front) {}
  }

  /// Nobody who is not whom he says to be sees a key or a picture.
  @Test(arguments: ["unknown authority", "other host", "hashed folder without it"])
  func aCertificateThatProvesNothingEndsTheRun(fault: String) throws {
    let server = try StandIn()
    var (run, front) = try run(
      server, certificate: fault == "other host" ? "elsewhere" : "localhost")
    switch fault {
    case "other host": run.environment["SSL_CERT_FILE"] = run.scratch.path("ca.pem")
    case "hashed folder without it": run.environment["SSL_CERT_DIR"] = run.scratch.path("cache")
    default: break
    }
    let result = try run.tool().run(input: run.rows(3))
    #expect(result.status == 2, "\(result)")
    #expect(result.errors.contains("vqa-gemini: stopped: SSL"))
    #expect(result.errors.contains("(checked against "))
    #expect(try GeminiRun.codes(result).filter { $0 != "" }.count == 3)
    #expect(try server.stats().requests == 0)
    withExtendedLifetime(front) {}
  }

  @Test func aServerWithoutTLSIsNotTalkedTo() async throws {
    let server = try StandIn()
    let run = try GeminiRun("https://localhost:\(server.port)")
    let input = try run.rows(2)
    let result = try await GeminiRun.waiting { try run.tool(["--retries", "1"]).run(input: input) }
    #expect(result.status == 1, "\(result)")
    #expect(try GeminiRun.codes(result) == ["transport", "transport"])
    #expect(try server.stats().byKey.isEmpty)
  }

  @Test func aProxySeesATunnelAndNoKey() throws {
    let server = try StandIn()
    var (run, front) = try run(server)
    let proxy = try Front.proxy(run.scratch)
    run.environment["SSL_CERT_FILE"] = run.scratch.path("ca.pem")
    run.environment["https_proxy"] = "http://127.0.0.1:\(proxy.port)"
    let result = try run.tool().run(input: run.rows(3))
    #expect(result.status == 0, "\(result)")
    let log = String(decoding: try run.scratch.read("proxy.log"), as: UTF8.self)
    #expect(log.hasPrefix("CONNECT localhost:\(front.port) HTTP/1.1\r\n"))
    #expect(!log.contains(StandIn.defaultKey))
    withExtendedLifetime((front, proxy)) {}
  }

  @Test func noProxyIsBetweenTheToolAndLoopback() throws {
    let server = try StandIn()
    var run = try GeminiRun(server.baseURL)
    let proxy = try Front.proxy(run.scratch)
    for variable in ["http_proxy", "https_proxy", "all_proxy"] {
      run.environment[variable] = "http://127.0.0.1:\(proxy.port)"
    }
    let result = try run.tool().run(input: run.rows(3))
    #expect(result.status == 0, "\(result)")
    #expect(!FileManager.default.fileExists(atPath: run.scratch.path("proxy.log")))
    withExtendedLifetime(proxy) {}
  }

  @Test func aNameThatNobodyKnowsIsTold() async throws {
    let run = try GeminiRun("https://gemini.invalid")
    let input = try run.rows(2)
    let result = try await GeminiRun.waiting { try run.tool(["--retries", "1"]).run(input: input) }
    #expect(result.status == 1, "\(result)")
    #expect(try GeminiRun.codes(result) == ["transport", "transport"])
    #expect(result.errors.contains("gemini.invalid"))
  }
}

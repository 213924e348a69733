import Shared
import Testing

@testable import vqa_gemini

struct BaseURLTests {
  @Test(arguments: [
    "https://generativelanguage.googleapis.com", "https://host:8443/path/", "http://localhost:80",
    "http://127.0.0.1:1234/", "http://127.9.8.7", "http://[::1]:99", "HTTPS://Host",
  ])
  func aKeyMayGoThere(address: String) throws {
    let base = try BaseURL(address)
    #expect(!base.address.hasSuffix("/"))
    #expect(base.isLoopbackOnly == address.hasPrefix("http:"))
  }

  @Test(arguments: [
    "http://example.com", "http://127.0.0.1.example.com", "http://localhost.example.com",
    "http://localhost@example.com", "http://128.0.0.1", "http://127.1", "http://[::2]",
    "http://127.0.0.1@evil/", "ftp://localhost", "localhost", "", "https://", "https://a b",
    "https://host/?key=1", "https://user:pw@host", "http://127.0.0.1\\.evil.com",
    "http://[::1].example.com",
  ])
  func aKeyMayNotGoThere(address: String) {
    #expect(throws: ToolError.self) { try BaseURL(address) }
  }
}

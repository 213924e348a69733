import Foundation
import TestSupport
import Testing

@testable import HTTP

/// Where certificate authorities are looked for, in roots made for the test.
struct CertificateStoreTests {
  struct Case: CustomTestStringConvertible {
    /// What is on the system; a path that ends with `/` is an empty folder.
    var files: [String] = []
    var file: String?
    var directory: String?
    /// In the root; nil if the search fails.
    var expected: CertificateStore?
    var testDescription: String { "\(files) \(file ?? "-") \(directory ?? "-")" }
  }

  private static let debian = "/etc/ssl/certs/ca-certificates.crt"
  private static let redHat = "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"

  static let cases =
    CertificateStore.files.map { Case(files: [$0], expected: CertificateStore(file: $0)) }
    + CertificateStore.directories.map {
      Case(files: ["\($0)/5ad8a5d6.0"], expected: CertificateStore(directory: $0))
    } + [
      // The first of several; a file before a folder.
      Case(files: [redHat, debian], expected: CertificateStore(file: debian)),
      Case(
        files: ["/etc/ssl/certs/5ad8a5d6.0", "/etc/ssl/cert.pem"],
        expected: CertificateStore(file: "/etc/ssl/cert.pem")),
      // What is named holds; beside a named folder the system's file stays.
      Case(
        files: [debian, "/my.pem"], file: "/my.pem", expected: CertificateStore(file: "/my.pem")),
      Case(
        files: [redHat], directory: "/my",
        expected: CertificateStore(file: redHat, directory: "/my")),
      Case(directory: "/my", expected: CertificateStore(directory: "/my")),
      Case(
        files: ["/my.pem"], file: "/my.pem", directory: "/my",
        expected: CertificateStore(file: "/my.pem", directory: "/my")),
      // Nothing: no system, an empty folder, a file that is not there.
      Case(), Case(files: ["/etc/ssl/certs/"]), Case(files: [debian], file: "/none.pem"),
    ]

  @Test(arguments: cases)
  func authoritiesAreFoundWhereASystemHasThem(_ test: Case) throws {
    let scratch = try Scratch()
    for file in test.files where !file.hasSuffix("/") { try scratch.write("x", to: file) }
    for folder in test.files where folder.hasSuffix("/") {
      try FileManager.default.createDirectory(
        atPath: scratch.path(folder), withIntermediateDirectories: true)
    }
    let root = scratch.url.path
    func rooted(_ path: String?) -> String? { path.map { root + $0 } }
    do throws(TransportError) {
      let found = try CertificateStore.located(
        file: rooted(test.file), directory: rooted(test.directory), root: root)
      let expected = test.expected.map {
        CertificateStore(file: rooted($0.file), directory: rooted($0.directory))
      }
      #expect(found == expected)
    } catch {
      #expect(test.expected == nil, "\(error)")
      #expect(error.kind == .configuration)
      // It says where was looked, and what to set.
      let places = rooted(test.file).map { [$0] } ?? CertificateStore.files.map { root + $0 }
      for place in places + ["SSL_CERT_FILE"] { #expect(error.message.contains(place)) }
    }
  }

  /// Without TLS nobody asks for authorities.
  @Test func aFileThatIsNotThereMattersToTLSAlone() throws {
    let server = try LoopbackServer(reply: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    defer { server.stop() }
    var options = ClientOptions()
    options.certificateFile = "/nowhere/ca.pem"
    var client = try Client(options: options)
    _ = try client.start(Request(url: server.url))
    #expect {
      _ = try client.start(Request(url: "https://localhost:\(server.port)"))
    } throws: {
      "\(($0 as? TransportError)?.message ?? "")".contains("/nowhere/ca.pem: No such file")
    }
  }
}

import Foundation
import TestSupport

/// A running `front.py`: what stands between the tool and the service.
final class Front: @unchecked Sendable {
  // Set by `init` alone; `Process` is only told to stop.
  private let process = Process()
  private let input = Pipe()
  /// On 127.0.0.1.
  let port: Int

  private init(_ scratch: Scratch, _ arguments: [String]) throws {
    let portFile = scratch.path("port-\(UUID().uuidString)")
    process.executableURL = URL(filePath: try Python.interpreter())
    let script = Command.sourceRoot.appending(path: "Tests/GeminiTests/front.py").path
    process.arguments = [script] + arguments + [portFile]
    process.standardInput = input
    // What clients do to it is not the test's matter.
    process.standardError = FileHandle.nullDevice
    try process.run()
    try? input.fileHandleForReading.close()
    guard let port = StandIn.wait(for: URL(filePath: portFile), process) else {
      process.terminate()
      throw StandInError(description: "front.py did not start")
    }
    self.port = port
  }

  deinit { process.terminate() }

  /// Ends TLS, with a certificate that `Certificates` made, in front of a stand-in.
  static func tls(_ scratch: Scratch, certificate: String, of server: StandIn) throws -> Front {
    let files = ["\(certificate).pem", "\(certificate).key"].map(scratch.path)
    return try Front(scratch, ["tls"] + files + ["\(server.port)"])
  }

  /// An HTTP proxy that logs into the file `proxy.log`.
  static func proxy(_ scratch: Scratch) throws -> Front {
    try Front(scratch, ["proxy", scratch.path("proxy.log")])
  }
}

/// Certificates for a test, made by OpenSSL.
enum Certificates {
  /// Makes an authority `ca.pem`, and by it certificates `localhost.pem` and
  /// `elsewhere.pem` for these hosts, each with its `.key`.
  static func make(in scratch: Scratch) throws {
    var command = Command.shell(
      """
      set -e
      key="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
      openssl req -x509 $key -keyout ca.key -out ca.pem -days 2 -subj /CN=test-authority \
        -addext basicConstraints=critical,CA:TRUE
      for host in localhost elsewhere; do
        openssl req $key -keyout $host.key -out $host.csr -subj /CN=$host
        echo subjectAltName=DNS:$host > $host.ext
        openssl x509 -req -in $host.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \
          -extfile $host.ext -out $host.pem
      done
      """)
    command.directory = scratch.url
    let result = try command.run()
    guard result.status == 0 else { throw StandInError(description: "\(result)") }
  }
}

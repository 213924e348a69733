public import Foundation

/// A running `gemini-stand-in`: the built executable beside the test binary.
///
/// The server ends with `stop`, with the object, or with the test process, by
/// whatever way that ends: it serves only while its standard input is open.
public final class StandIn: @unchecked Sendable {
  // Set by `init` alone; `Process` is only told to stop.
  private let process = Process()
  private let input = Pipe()
  private let scratch: Scratch
  /// On 127.0.0.1.
  public let port: Int

  /// What `--base-url` or `GOOGLE_GEMINI_BASE_URL` takes.
  public var baseURL: String { "http://127.0.0.1:\(port)" }

  /// The key that works where no `--key` was given.
  public static let defaultKey = "stand-in-key"

  /// Starts the server and waits until it listens.
  ///
  /// - Parameter arguments: options of `gemini-stand-in`; port, port file and
  ///   log are set here.
  /// - Throws: `StandInError` with what the server said if it does not come up.
  public init(_ arguments: [String] = []) throws {
    scratch = try Scratch("stand-in")
    process.executableURL = Command.builtProducts.appending(path: "gemini-stand-in")
    process.arguments =
      [
        "--port-file", scratch.path("port"), "--log", scratch.path("log"), "--until-stdin-closes",
      ] + arguments
    process.standardInput = input
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try FileHandle(
      forWritingTo: URL(filePath: scratch.write("", to: "stderr")))
    try process.run()
    // Only the server may hold the reading end: writes must not be mistaken.
    try? input.fileHandleForReading.close()
    guard let port = StandIn.wait(for: scratch.url.appending(path: "port"), process) else {
      process.terminate()
      let said = String(decoding: (try? scratch.read("stderr")) ?? Data(), as: UTF8.self)
      throw StandInError(description: "gemini-stand-in did not start: \(said)")
    }
    self.port = port
  }

  deinit { stop() }

  /// The port that a server has written into a file; nil if it does not come up.
  public static func wait(for file: URL, _ process: Process) -> Int? {
    let deadline = Date(timeIntervalSinceNow: 20)
    while Date() < deadline, process.isRunning {
      if let text = try? String(contentsOf: file, encoding: .utf8), let port = Int(text.dropLast())
      {
        return port
      }
      usleep(5_000)
    }
    return nil
  }

  /// Ends the server. Harmless when repeated.
  public func stop() {
    guard process.isRunning else { return }
    process.terminate()
    process.waitUntilExit()
  }

  /// The sums so far; a request counts when its reply is over.
  ///
  /// - Throws: if the server cannot be asked.
  public func stats() throws -> StandInStats {
    try StandIn.decoder.decode(StandInStats.self, from: get("/stand-in/stats"))
  }

  /// The log so far, a row a request in the order in which replies ended.
  ///
  /// - Throws: if the server cannot be asked, or the log cannot be read.
  public func rows() throws -> [StandInRow] {
    // Asking for the sums flushes the log.
    _ = try stats()
    let log = try scratch.read("log")
    return try log.split(separator: UInt8(ascii: "\n")).map {
      try StandIn.decoder.decode(StandInRow.self, from: $0)
    }
  }

  private static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return decoder
  }

  /// One GET over a plain socket: tests need no HTTP client for it.
  private func get(_ path: String) throws -> Data {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = unsafe inet_addr("127.0.0.1")
    let connected = unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { throw StandInError(description: "the stand-in is gone") }
    let handle = FileHandle(fileDescriptor: descriptor)
    try handle.write(contentsOf: Data("GET \(path) HTTP/1.0\r\n\r\n".utf8))
    let answer = try handle.readToEnd() ?? Data()
    guard let end = answer.range(of: Data("\r\n\r\n".utf8)) else {
      throw StandInError(description: "the stand-in answers no HTTP")
    }
    return answer[end.upperBound...]
  }
}

/// Why a stand-in cannot be used.
public struct StandInError: Error, CustomStringConvertible {
  /// What went wrong.
  public let description: String

  /// An error with its message.
  public init(description: String) { self.description = description }
}

/// What `GET /stand-in/stats` tells.
public struct StandInStats: Decodable, Sendable {
  /// Requests whose reply is over.
  public let requests: Int
  /// Distinct requests that were given a good answer.
  public let answered: Int
  /// Requests let in though they had been given a good answer before.
  public let repeats: Int
  /// Distinct questions (image and words) that were given a good answer.
  public let questionsAnswered: Int
  /// Questions let in, alone or among others, though they had been answered.
  public let repeatedQuestions: Int
  /// Batch jobs made.
  public let jobs: Int
  /// Lines of all jobs.
  public let lines: Int
  /// Lines that ask what had been answered, or what another job asks.
  public let repeatedLines: Int
  /// Replies that were not written to their end.
  public let undelivered: Int
  /// Connections accepted.
  public let connections: Int
  /// Requests without a reply yet.
  public let inFlight: Int
  /// The most that were in flight at once.
  public let maxInFlight: Int
  /// Input tokens of the requests let in.
  public let promptTokens: Int
  /// Output and thought tokens of the answers.
  public let outputTokens: Int
  /// Requests by HTTP status.
  public let byStatus: [String: Int]
  /// Requests by the fault that struck.
  public let byFault: [String: Int]
  /// Requests by the key's name.
  public let byKey: [String: Int]
  /// `admitted`, `refused_rpm`, `refused_tpm`, `refused_rpd`, `refused_<STATUS>`.
  public let projects: [String: [String: Int]]
}

/// One row of the log; Tests/gemini-stand-in/README.md tells the fields.
public struct StandInRow: Decodable, Sendable {
  /// Counts requests from 1.
  public let n: Int
  /// Seconds since 1970 when the request was in.
  public let time: Double
  /// From then to the end of the reply.
  public let seconds: Double
  /// Counts connections from 1.
  public let connection: Int
  /// `generateContent`, `countTokens`, `models` or `unknown`.
  public let method: String
  /// The HTTP status of the reply.
  public let status: Int
  /// Whether the whole reply was written.
  public let delivered: Bool
  /// Requests in flight, this one among them.
  public let inFlight: Int
  /// The request body's size.
  public let bodyBytes: Int
  /// Whether the quota let it in: then it is paid for.
  public let admitted: Bool
  /// The key's name.
  public let key: String?
  /// The key's project.
  public let project: String?
  /// The model asked for.
  public let model: String?
  /// The fault that struck.
  public let fault: String?
  /// `rpm`, `tpm`, `rpd`, or the status of the error.
  public let refused: String?
  /// The digest of model and body.
  public let request: String?
  /// The digests of the images.
  public let images: [String]?
  /// Input tokens.
  public let promptTokens: Int?
  /// Tokens of the answer.
  public let outputTokens: Int?
  /// Tokens of the thoughts.
  public let thoughtTokens: Int?
  /// The same request had been given a good answer.
  public let `repeat`: Bool?
  /// The batch job that was made.
  public let job: String?
  /// Its lines.
  public let lines: Int?
  /// How many of them ask what had been answered, or what another job asks.
  public let repeatedLines: Int?
  /// How many questions it asked, if several.
  public let questions: Int?
  /// How many of them had been given a good answer.
  public let repeatedQuestions: Int?
}

extension [StandInRow] {
  /// The most that one project and model was let have within any 60 seconds,
  /// by "project model": what a quota is judged by.
  ///
  /// - Parameter count: what a row counts for; 1 for requests, its
  ///   `promptTokens` for tokens.
  public func busiestMinute(counting count: (StandInRow) -> Int = { _ in 1 }) -> [String: Int] {
    var rows: [String: [StandInRow]] = [:]
    for row in self where row.admitted {
      rows["\(row.project ?? "") \(row.model ?? "")", default: []].append(row)
    }
    return rows.mapValues { rows in
      let rows = rows.sorted { $0.time < $1.time }
      var (start, held, most) = (0, 0, 0)
      for row in rows {
        held += count(row)
        while row.time - rows[start].time >= 60 {
          held -= count(rows[start])
          start += 1
        }
        most = Swift.max(most, held)
      }
      return most
    }
  }
}

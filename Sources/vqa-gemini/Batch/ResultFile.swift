import Digests
import Glibc
import HTTP
import Shared

/// The result of a job while it is taken: lines in a file that nobody else
/// sees.
final class ResultFile: BodySink {
  private let file: TemporaryFile
  private let folder: String
  private var failure: String?
  /// Of a response that is not the file: what it says.
  private(set) var refusal: [UInt8] = []
  private static let maximumRefusal = 1 << 16

  /// - Parameter folder: with a slash at its end.
  init(in folder: String) throws(ToolError) {
    self.folder = folder
    do throws(SystemError) {
      file = try TemporaryFile(in: folder, for: "result", mode: 0o600)
    } catch {
      throw ToolError("\(folder): no file for a result: \(error)")
    }
  }

  /// Begins anew.
  func clear() {
    _ = ftruncate(file.descriptor, 0)
    _ = lseek(file.descriptor, 0, SEEK_SET)
    (failure, refusal) = (nil, [])
  }

  func receive(_ bytes: UnsafeRawBufferPointer, head: ResponseHead) -> Bool {
    guard head.status == 200 else {
      unsafe refusal.append(contentsOf: bytes.prefix(Self.maximumRefusal - refusal.count))
      return true
    }
    return unsafe write(bytes)
  }

  func goesOn() -> Bool { Interrupt.requested == nil }

  /// Appends a JSON value as a line. One that was written over several lines
  /// has its line feeds between its tokens, where a space does as well.
  func append(line: [UInt8]) {
    let bytes = line.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 } + [0x0A]
    _ = unsafe bytes.withUnsafeBytes { unsafe write($0) }
  }

  private func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var done = 0
    while done < bytes.count {
      let count = unsafe Glibc.write(
        file.descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        failure = "\(folder): a result cannot be written: \(SystemError())"
        return false
      }
      done += count
    }
    return true
  }

  /// - Throws: what happened on this machine's side; such a download is not
  ///   begun anew.
  func check() throws(ToolError) {
    if let failure { throw ToolError(failure) }
  }

  /// Its lines, in turn. They end with a line feed and with nothing else: a
  /// text may hold U+2028.
  func lines() throws(ToolError) -> LineReader {
    try LineReader(operands: ["/proc/self/fd/\(file.descriptor)"])
  }
}

/// What can be seen of a result before any of it is used.
struct ResultSurvey {
  /// Lines that this tool can have asked.
  private(set) var lines = 0
  /// Other lines: no JSON, or under no key of this tool's form.
  private(set) var strange = 0
  /// Keys under which two lines say different things: nobody knows which of
  /// them is meant.
  private(set) var contradicted: Set<[UInt8]> = []

  init(_ result: ResultFile) throws(ToolError) {
    var seen: [[UInt8]: UInt64] = [:]
    var reader = try result.lines()
    while let line = try reader.next() {
      guard !line.text.isEmpty else { continue }
      guard let parsed = BatchResultLine(line.text) else {
        strange += 1
        continue
      }
      let digest = Digest.hash(.sha256, parsed.body).prefix(8).reduce(UInt64(0)) {
        $0 << 8 | UInt64($1)
      }
      if let first = seen[parsed.key] {
        if first != digest { contradicted.insert(parsed.key) }
      } else {
        seen[parsed.key] = digest
        lines += 1
      }
    }
  }
}

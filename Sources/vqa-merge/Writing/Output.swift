import Shared

/// Where the result goes: stdout, or a file that appears whole or not at all.
struct Output: ~Copyable {
  private var stream: ByteWriter?
  private var file: AtomicFile?

  /// - Parameter path: nil or `-` for stdout.
  init(path: String?) throws(ToolError) {
    if let path, path != "-" {
      file = try AtomicFile(path: path)
    } else {
      stream = ByteWriter.standardOutput()
    }
  }

  mutating func write(_ bytes: Span<UInt8>) throws(ToolError) {
    try stream?.write(bytes)
    try file?.write(bytes)
  }

  /// Ends it; a file takes its place.
  consuming func commit() throws(ToolError) {
    if let stream = stream.take() { try stream.close() }
    if let file = file.take() { try file.commit() }
  }
}

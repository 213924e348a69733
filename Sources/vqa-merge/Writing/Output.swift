import Glibc
import Shared

/// Where one of a run's outputs goes: stdout, or a file that appears whole or
/// not at all.
final class Output {
  /// How it is named in messages.
  let name: String
  private var stream: ByteWriter?
  private var file: AtomicFile?

  /// - Parameter path: nil or `-` for stdout.
  init(path: String?) throws(ToolError) {
    if let path, path != "-" {
      name = path
      let target = FileTarget(path)
      isFile = !target.isSpecial
      // `{}` and `[]` are results too, of which nothing can be lost.
      holdsResult = isFile && target.size > 2
      if isFile { target.removeLeftovers() }
      file = try AtomicFile(target)
    } else {
      name = "<stdout>"
      (isFile, holdsResult) = (false, false)
      stream = ByteWriter.standardOutput()
    }
  }

  /// Whether there is a file that it replaces or makes.
  let isFile: Bool
  /// Whether it replaces a file with something in it.
  let holdsResult: Bool

  func write(_ bytes: Span<UInt8>) throws(ToolError) {
    try stream?.write(bytes)
    try file?.write(bytes)
  }

  /// Gives a file another name in the same folder.
  func retarget(_ path: String) { file?.retarget(path) }

  /// Brings all that was written to where it goes; a file's name still leads
  /// to the old one.
  private func prepare() throws(ToolError) {
    try stream?.flush()
    try file?.prepare()
  }

  /// Puts all files of a run in their places, or none: when one cannot be the
  /// others are taken back.
  ///
  /// - Parameters:
  ///   - outputs: in the order in which a crash between two of them loses
  ///     nothing.
  ///   - check: what must still hold when all is written.
  static func commit(
    _ outputs: [Output], check: () throws(ToolError) -> Void = {}
  ) throws(ToolError) {
    for output in outputs where output.isFile { try output.prepare() }
    for output in outputs where !output.isFile { try output.finishStream() }
    try check()
    let files = outputs.filter(\.isFile)
    var published: [Output] = []
    do throws(ToolError) {
      for output in files {
        try output.file?.publish(keepsOld: output !== files.last)
        published.append(output)
      }
    } catch {
      for output in published.reversed() { try output.file?.undo() }
      throw error
    }
  }

  /// Ends an output that is written to as it is. A file behind stdout is
  /// synced, since what it answers may be about to leave `--failed`.
  private func finishStream() throws(ToolError) {
    try prepare()
    if let stream = stream.take() {
      var info = stat()
      if unsafe fstat(1, &info) == 0, info.st_mode & S_IFMT == S_IFREG, fsync(1) != 0 {
        throw ToolError("<stdout>: \(SystemError())")
      }
      try stream.close()
    }
  }
}

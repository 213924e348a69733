import Glibc
import Shared

/// A text brought to UTF-8 by iconv, in a temporary file without a name.
final class Transcoding {
  private let descriptor: Int32

  init(path: String, encoding: String) throws(ToolError) {
    let input = path == "-" ? 0 : unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard input >= 0 else { throw ToolError("\(path): \(SystemError())") }
    defer { if input > 0 { close(input) } }
    let folder = Environment.current()["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    var template = Array("\(folder)/vqa-extract-XXXXXX".utf8CString)
    descriptor = unsafe template.withUnsafeMutableBufferPointer { buffer in
      guard let name = buffer.baseAddress else { return -1 }
      let opened = unsafe mkstemp(name)
      if opened >= 0 {
        _ = unsafe unlink(name)
        _ = fcntl(opened, F_SETFD, FD_CLOEXEC)
      }
      return opened
    }
    guard descriptor >= 0 else { throw ToolError("\(folder): \(SystemError())") }
    if input == 0 { StandardStreams.announceInput() }
    try convert(from: input, encoding, path == "-" ? "<stdin>" : path)
  }

  deinit { close(descriptor) }

  /// Opens it anew, from its start.
  var path: String { "/proc/self/fd/\(descriptor)" }

  private func convert(
    from input: Int32, _ encoding: String, _ name: String
  ) throws(ToolError) {
    let converter = unsafe iconv_open("UTF-8", encoding)
    guard unsafe converter != iconv_t(bitPattern: -1) else {
      throw ToolError("--encoding \(Shown.text(encoding)): not an encoding that iconv knows")
    }
    defer { unsafe iconv_close(converter) }
    var output = ByteWriter(descriptor: dup(descriptor), name: name)
    var buffer = [CChar](repeating: 0, count: 65_536)
    var converted = [CChar](repeating: 0, count: 4 * 65_536)
    var pending = 0
    while Interrupt.waitForInput(input) {
      let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe read(input, $0.baseAddress?.advanced(by: pending), $0.count - pending)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw ToolError("\(name): \(SystemError())") }
      let total = pending + count
      guard count > 0 else {
        guard pending == 0 else { throw ToolError("\(name): ends within a character") }
        break
      }
      let (left, made, code) = unsafe buffer.withUnsafeMutableBufferPointer { source in
        unsafe converted.withUnsafeMutableBufferPointer { target in
          var from = source.baseAddress
          var to = target.baseAddress
          var (inLeft, outLeft) = (total, target.count)
          errno = 0
          let result = unsafe iconv(converter, &from, &inLeft, &to, &outLeft)
          return (inLeft, target.count - outLeft, result == -1 ? errno : 0)
        }
      }
      // EINVAL is a character that goes on in the next block.
      guard code == 0 || code == EINVAL, left < buffer.count else {
        throw ToolError("\(name): not \(Shown.text(encoding))")
      }
      let bytes = converted[..<made].map { UInt8(bitPattern: $0) }
      try output.write(bytes.span)
      pending = left
      for place in 0..<left { buffer[place] = buffer[total - left + place] }
    }
    try output.close()
  }
}

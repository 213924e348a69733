import Foundation
import TestSupport
import Testing

/// Files that rows name: looked at before they are read.
@Suite struct HashFileTests {
  /// Sparse files take no disk; read whole they would take a second and a
  /// gigabyte each, which the limit of the address space does not allow.
  @Test(arguments: [
    ("", 1 << 30, "not_an_image"), ("GIF-no", 1 << 34, "not_an_image"),
    ("8BPS", 1 << 30, "unsupported_format"),
    ("\u{89}PNG\r\n\u{1A}\n", 1 << 34, "too_large"),
  ])
  func whatIsNoPictureIsNotRead(start: String, size: Int, code: String) throws {
    let scratch = try Scratch()
    let bytes = start.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    let path = try scratch.write(Data(bytes), to: "file")
    try #require(unsafe truncate(path, size) == 0)
    var command = Command.shell("ulimit -v 700000; vqa-hash --quiet --jobs 2")
    command.directory = scratch.url
    let row = #"{"image":{"path":"file"}}"# + "\n"
    let result = try command.run(input: String(repeating: row, count: 2))
    #expect(result.status == 1, "\(result)")
    for line in result.lines { #expect(try HashSupport.errorCode(line) == code) }
  }
}

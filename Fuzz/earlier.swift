// libFuzzer's target for the reader of earlier results of vqa-merge, compiled
// into one module with it by earlier.sh: whatever the bytes, reading them ends
// with pairs or with a ToolError.

import Glibc

/// The name that messages of the reader begin with.
enum Merge { static let toolName = "vqa-merge" }

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzEarlier(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  ftruncate(file, 0)
  guard pwrite(file, start, count, 0) == count else { return 0 }
  for isASCII in [true, false] {
    try? read(PythonSpelling(isASCII: isASCII))
  }
  return 0
}

/// A file in memory without a name (O_TMPFILE), opened by its descriptor's.
private let file = open("/dev/shm", 0o20000000 | O_DIRECTORY | O_RDWR, 0o600)

private func read(_ spelling: PythonSpelling) throws {
  var result = try EarlierResult(path: "/proc/self/fd/\(file)")
  var text: [UInt8] = []
  while let image = try result.next(spelling) {
    for pair in image.pairs.isEmpty ? [nil] : image.pairs {
      text.removeAll(keepingCapacity: true)
      let ranges = try image.appendFields(of: pair, to: &text)
      // What was spelled is sound JSON, whatever it was spelled from, but for
      // the one word that Python has for numbers out of range.
      for field in Field.all where !ranges[field].isEmpty && field != .imageSize {
        let value = Array(text[ranges[field]])
        precondition(
          value.last == UInt8(ascii: "y") || (try? JSONValue(parsing: value)) != nil)
      }
    }
  }
}

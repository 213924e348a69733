import Glibc

/// What libFuzzer gives a target to work on.
struct FuzzInput {
  let bytes: [UInt8]

  /// - Parameter start: libFuzzer's memory, of `count` bytes; null for none.
  init(_ start: UnsafePointer<UInt8>?, _ count: Int) {
    bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
  }

  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The path of a file with these bytes, the same file each time.
  var path: String {
    let file = FuzzInput.descriptor
    precondition(ftruncate(file, 0) == 0)
    let written = unsafe bytes.withUnsafeBytes { unsafe pwrite(file, $0.baseAddress, $0.count, 0) }
    precondition(written == bytes.count)
    return "/proc/self/fd/\(file)"
  }

  private static let descriptor: Int32 = {
    // In memory: a disk's file system takes most of the time.
    var name = Array("/dev/shm/vqa-fuzz-XXXXXX".utf8CString)
    let descriptor = unsafe mkstemp(&name)
    precondition(descriptor >= 0)
    unsafe unlink(name)
    return descriptor
  }()
}

/// Takes whole numbers and the like from an input, zeros behind its end.
struct FuzzNumbers {
  private var rest: ArraySlice<UInt8>

  init(_ input: FuzzInput) { rest = input.bytes[...] }

  mutating func integer() -> Int {
    var value: UInt64 = 0
    for _ in 0..<8 { value = value << 8 | UInt64(rest.popFirst() ?? 0) }
    return Int(truncatingIfNeeded: value)
  }

  mutating func double() -> Double {
    Double(bitPattern: UInt64(truncatingIfNeeded: integer()))
  }
}

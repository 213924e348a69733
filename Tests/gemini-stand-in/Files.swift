import NIOCore

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The few things that the command does with files.
enum Files {
  static func open(_ path: String, _ flags: Int32) throws -> Int32 {
    let descriptor = unsafe Glibc.open(path, flags | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw IOError(errnoCode: errno, reason: "open \(path)") }
    return descriptor
  }

  static func readText(_ path: String) throws -> String {
    let descriptor = try open(path, O_RDONLY)
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe read(descriptor, &buffer, buffer.count)
      guard count >= 0 else { throw IOError(errnoCode: errno, reason: "read \(path)") }
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes.append(contentsOf: buffer.prefix(count))
    }
  }

  /// Writes all of it; what is left where the descriptor fails is lost.
  static func write(_ bytes: [UInt8], to descriptor: Int32) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw IOError(errnoCode: errno, reason: "write") }
      rest = rest.dropFirst(count)
    }
  }

  /// Puts a file in place whole: who waits for its name never reads half of it.
  static func writeWhole(_ text: String, to path: String) throws {
    let temporary = path + ".tmp"
    let descriptor = try open(temporary, O_WRONLY | O_CREAT | O_TRUNC)
    defer { close(descriptor) }
    try write(Array(text.utf8), to: descriptor)
    guard unsafe rename(temporary, path) == 0 else {
      throw IOError(errnoCode: errno, reason: "rename to \(path)")
    }
  }
}

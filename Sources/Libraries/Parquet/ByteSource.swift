#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Bytes that can be read at any position: a file, or memory.
public protocol ByteSource: AnyObject {
  /// Length in bytes, fixed while the source is in use.
  var byteCount: Int { get }

  /// Copies `count` bytes from `offset` of the source to `buffer[start...]`.
  ///
  /// The caller has checked that `buffer` is long enough.
  /// - Throws: `ParquetError` when the source does not hold the bytes or cannot be read.
  func read(
    at offset: Int, count: Int, into buffer: inout [UInt8], from start: Int
  ) throws(ParquetError)
}

/// A file read with `pread(2)`, so that several columns can be read side by side.
///
/// Not mapped into memory: a file cut by another process would then kill this one.
public final class FileSource: ByteSource {
  private let descriptor: Int32
  /// Length in bytes at the time of opening.
  public let byteCount: Int

  /// Opens the regular file at `path`.
  /// - Throws: `ParquetError` with the system's own words.
  public init(path: String) throws(ParquetError) {
    let opened = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard opened >= 0 else { throw FileSource.systemError() }
    var status = stat()
    guard unsafe fstat(opened, &status) == 0 else {
      let error = FileSource.systemError()
      close(opened)
      throw error
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(opened)
      throw ParquetError(
        kind: .unreadable, message: "not a regular file; Parquet is read from its end first")
    }
    descriptor = opened
    byteCount = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Copies `count` bytes from `offset` of the file to `buffer[start...]`.
  public func read(
    at offset: Int, count: Int, into buffer: inout [UInt8], from start: Int
  ) throws(ParquetError) {
    var done = 0
    while done < count {
      let result = unsafe buffer.withUnsafeMutableBytes { bytes in
        let rest = unsafe UnsafeMutableRawBufferPointer(
          rebasing: bytes[(start + done)..<(start + count)])
        return unsafe pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
      }
      if result < 0 && errno == EINTR { continue }
      guard result >= 0 else { throw FileSource.systemError() }
      guard result > 0 else { throw .damaged("the file ends at byte \(offset + done)") }
      done += result
    }
  }

  private static func systemError() -> ParquetError {
    let text = unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "error \(errno)"
    return ParquetError(kind: .unreadable, message: text)
  }
}

/// A Parquet file held in memory.
public final class MemorySource: ByteSource {
  private let bytes: [UInt8]
  /// Length in bytes.
  public var byteCount: Int { bytes.count }

  /// A source that reads from `bytes`.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Copies `count` bytes from `offset` of the memory to `buffer[start...]`.
  public func read(
    at offset: Int, count: Int, into buffer: inout [UInt8], from start: Int
  ) throws(ParquetError) {
    guard offset >= 0, count <= bytes.count - offset else {
      throw .damaged("the file ends at byte \(bytes.count)")
    }
    buffer.replaceSubrange(start..<(start + count), with: bytes[offset..<(offset + count)])
  }
}

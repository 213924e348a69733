import Glibc
import Shared

/// Writes the images that rows name.
struct ImageNames {
  /// Before relative names; with a slash behind it, or empty.
  private let folder: String
  private let embeds: Bool

  /// More than any picture has, less than a line may.
  private static let maximumBytes = 512 << 20

  init(_ file: DataFile, _ options: ReadOptions) {
    embeds = options.embeds
    guard let folder = options.imagesFolder else {
      self.folder = file.folder
      return
    }
    self.folder = folder.isEmpty || folder.hasSuffix("/") ? folder : folder + "/"
  }

  /// Appends `{"path":"…"}`, with the bytes if they are wanted; `null` for no name.
  ///
  /// - Returns: why the bytes are wanted and not there.
  func append(_ name: [UInt8], to line: inout [UInt8]) -> RowFailure? {
    guard !name.isEmpty else {
      line += "null".utf8
      return nil
    }
    let path = name.first == UInt8(ascii: "/") ? name : Array(folder.utf8) + name
    var failure: RowFailure?
    line += "{".utf8
    if embeds {
      do throws(SystemError) {
        let bytes = try ImageNames.read(path)
        line += "\"bytes\":\"".utf8
        Base64.encode(bytes.span, to: &line)
        line += "\",".utf8
      } catch {
        let shown = String(decoding: path, as: UTF8.self)
        failure = RowFailure(code: "no_image", message: "\(shown): \(error)")
      }
    }
    line += "\"path\":".utf8
    JSONText.appendQuotedLossless(path, to: &line)
    line.append(UInt8(ascii: "}"))
    return failure
  }

  /// The bytes of a regular file; rows come from strangers, and a device may never end.
  private static func read(_ path: [UInt8]) throws(SystemError) -> [UInt8] {
    guard !path.contains(0) else { throw SystemError(code: ENOENT) }
    let name = (path + [0]).map { CChar(bitPattern: $0) }
    let descriptor = unsafe open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw SystemError() }
    defer { close(descriptor) }
    var info = stat()
    guard unsafe fstat(descriptor, &info) == 0 else { throw SystemError() }
    guard info.st_mode & S_IFMT == S_IFREG else {
      throw SystemError(code: info.st_mode & S_IFMT == S_IFDIR ? EISDIR : EINVAL)
    }
    guard info.st_size <= maximumBytes else { throw SystemError(code: EFBIG) }
    var bytes = [UInt8](repeating: 0, count: Int(info.st_size))
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeMutableBytes {
        unsafe Glibc.read(descriptor, $0.baseAddress?.advanced(by: done), $0.count - done)
      }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw SystemError() }
      guard count > 0 else { break }
      done += count
    }
    bytes.removeSubrange(done...)
    return bytes
  }
}

import Digests
import Glibc
import Images
import Shared

/// The directory of PNG files named by their pixels. Several threads and
/// processes may write into one.
struct ImageStore: Sendable {
  let directory: String
  let compression: PNGCompression
  let conversion: Conversion?

  /// A picture that is in the store.
  struct Entry: Sendable {
    let hash: String
    let path: String
    let width: Int
    let height: Int
    /// What a person should hear, such as that a wrong file was replaced.
    var warning: String?
  }

  /// Makes the directory, and those above it.
  func prepare() throws(ToolError) {
    for end in directory.indices.dropFirst() where directory[end] == "/" {
      _ = unsafe mkdir(String(directory[..<end]), 0o777)
    }
    guard unsafe mkdir(directory, 0o777) != 0, errno != EEXIST else { return }
    throw ToolError("\(directory): \(SystemError())")
  }

  /// Decodes a picture and saves it, unless its file is there.
  ///
  /// - Throws: `RowFailure` for what is wrong with the picture, or if another
  ///   one has its name; `ToolError` where nothing can be written.
  func save(_ bytes: [UInt8]) throws -> Entry {
    let image: Image
    do throws(ImageError) {
      let decoded = try Image(decoding: bytes)
      image = conversion == .rgb ? decoded.convertedToRGB() : decoded
    } catch {
      throw RowFailure(error)
    }
    guard image.mode.fitsPNG else {
      throw RowFailure(
        code: "unsupported_mode",
        message: "PNG cannot hold \(image.mode.rawValue) pixels; --convert rgb saves them as RGB")
    }
    let hash = Self.hash(image)
    let path = "\(directory)\(directory.hasSuffix("/") ? "" : "/")image_md5_\(hash).png"
    var entry = Entry(hash: hash, path: path, width: image.width, height: image.height)
    // A second time, if another thread or process was faster with this name.
    for isLastTime in [false, true] {
      switch Self.standing(at: path, hash) {
      case .nothing:
        if try write(image, to: path, replacing: isLastTime) { return entry }
      case .picture(let other):
        guard other.looksLike(image) else { throw Self.taken(path, other, image) }
        return entry
      case .wrong:
        entry.warning = "\(path) held other pixels and was replaced"
        _ = try write(image, to: path, replacing: true)
        return entry
      }
    }
    return entry
  }

  private enum Standing {
    case nothing, wrong
    case picture(Image)
  }

  /// What is at `path`: a picture of that hash, or what does not belong there.
  private static func standing(at path: String, _ hash: String) -> Standing {
    do throws(SystemError) {
      let bytes = try FileReader.read(path)
      guard let image = try? Image(decoding: bytes), Self.hash(image) == hash else { return .wrong }
      return .picture(image)
    } catch {
      return error.code == ENOENT ? .nothing : .wrong
    }
  }

  private static func hash(_ image: Image) -> String {
    hexadecimal(Digest.hash(.md5, image.pixels))
  }

  /// The hash is that of the pixels' bytes alone. A row must not come to stand
  /// beside a picture of another shape or other colours.
  private static func taken(_ path: String, _ other: Image, _ image: Image) -> RowFailure {
    func words(_ image: Image) -> String {
      "\(image.width)x\(image.height) \(image.mode.rawValue)"
    }
    let difference =
      words(other) == words(image)
      ? "with another palette" : "of \(words(other)), and this one of \(words(image))"
    return RowFailure(
      code: "hash_taken",
      message: "\(path) is a picture of the same bytes \(difference); only one can have the name")
  }

  /// - Returns: whether it was written; not if it must not replace and
  ///   something is there.
  private func write(_ image: Image, to path: String, replacing: Bool) throws -> Bool {
    let file = try AtomicFile(path: path)
    do throws(PNGWriteError) {
      try image.writePNG(to: file.descriptor, compression: compression)
    } catch {
      throw ToolError("\(path): \(error)")
    }
    if !replacing { return try file.commitAsNew() }
    try file.commit()
    return true
  }
}

extension RowFailure {
  /// The row's failure for a picture's.
  init(_ error: ImageError) {
    let code =
      switch error {
      case .notAnImage: "not_an_image"
      case .unsupportedFormat: "unsupported_format"
      case .unsupportedMode: "unsupported_mode"
      case .tooLarge: "too_large"
      case .damaged: "damaged"
      }
    self.init(code: code, message: String(describing: error))
  }
}

import Glibc
import Images
import Shared

/// The directory of PNG files named by their pixels. Several threads and
/// processes may write into one. Only plain files count there: nothing is read
/// or written through what else has such a name.
struct ImageStore: Sendable {
  let directory: String
  let compression: PNGCompression
  let conversion: Conversion?
  let resources = Resources()

  /// A picture that is in the store.
  struct Entry: Sendable {
    let hash: String
    let path: String
    let width: Int
    let height: Int
    /// What a person should hear, such as that a wrong file was replaced.
    var warning: String?
  }

  /// Makes the directory, and those above it, and removes from it what killed
  /// runs have left.
  func prepare() throws(ToolError) {
    for end in directory.indices.dropFirst() where directory[end] == "/" {
      _ = unsafe mkdir(String(directory[..<end]), 0o777)
    }
    if unsafe mkdir(directory, 0o777) == 0 { return }
    guard errno == EEXIST else { throw ToolError("\(directory): \(SystemError())") }
    var info = stat()
    guard unsafe stat(directory, &info) == 0 else {
      throw ToolError("\(directory): \(SystemError())")
    }
    guard info.st_mode & S_IFMT == S_IFDIR else {
      throw ToolError("\(directory): \(SystemError(code: ENOTDIR))")
    }
    TemporaryFile.removeLeftovers(in: directory + "/", of: Self.isName)
  }

  /// Whether a file is named as this tool names them.
  static func isName(_ name: String) -> Bool {
    name.hasPrefix("image_md5_") && name.hasSuffix(".png")
  }

  /// Decodes a picture and saves it, unless its file is there.
  ///
  /// - Parameters:
  ///   - number: the picture's place in the input.
  ///   - order: those with one hash are saved in the order of the input.
  /// - Returns: nil for a row that is done already.
  /// - Throws: `RowFailure` for what is wrong with the picture, or if another
  ///   one has its name; `ToolError` where nothing can be written.
  func save(_ source: ImageSource, _ number: Int, _ order: SaveOrder) throws -> Entry? {
    if source.isInStore { try wait(for: order, number, nil) }
    if case .saved(let path) = source {
      guard Self.isFile(path) else {
        throw RowFailure(code: "no_image", message: "the row has no image and \(path) is not there")
      }
      return nil
    }
    var memory = resources.memory.reservation(number)
    let image = try decode(source, &memory)
    let hash = image.hash
    try wait(for: order, number, hash)
    let path = "\(directory)\(directory.hasSuffix("/") ? "" : "/")image_md5_\(hash).png"
    var entry = Entry(hash: hash, path: path, width: image.width, height: image.height)
    if Occupant(path) == .nothing, try write(image, to: path, replacing: false) { return entry }
    // It is there, or another process was faster with this name. Of two
    // pictures only one is held in memory at a time.
    let fingerprint = Fingerprint(image)
    _ = consume image
    switch Occupant(path) {
    case .directory:
      throw RowFailure(
        code: "hash_taken", message: "\(path) is a directory, not a picture; remove it")
    case .nothing: break
    case .plainFile:
      if let other = try fingerprintOfFile(at: path, like: fingerprint, hash, &memory) {
        guard other == fingerprint else { throw Self.taken(path, other, fingerprint) }
        return entry
      }
      entry.warning = "\(path) held other pixels and was replaced"
    case .other(let kind): entry.warning = "\(path) was \(kind) and was replaced"
    }
    let again = try decode(source, &memory)
    guard again.hash == hash else {
      throw RowFailure(code: "unreadable", message: "the picture changed while it was read")
    }
    _ = try write(again, to: path, replacing: true)
    return entry
  }

  private func wait(for order: SaveOrder, _ number: Int, _ hash: String?) throws(RowFailure) {
    guard order.waitForTurn(of: number, hash, isCancelled: resources.isCancelled) else {
      throw RowFailure(.cancelled)
    }
  }

  /// Whether there is a plain file at `path`, links followed.
  static func isFile(_ path: String) -> Bool {
    var info = stat()
    return unsafe stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFREG
  }

  /// The picture of a row, in a mode that PNG can hold. The reservation holds
  /// what the picture takes from then on.
  private func decode(
    _ source: ImageSource, _ memory: inout MemoryBudget.Reservation
  ) throws -> Image {
    memory.shrink(to: 0)
    do {
      let file = try ImageFile(source.read(&memory, isCancelled: resources.isCancelled))
      let image = try decode(file, &memory)
      guard image.mode.fitsPNG else {
        throw RowFailure(
          code: "unsupported_mode",
          message: "PNG cannot hold \(image.mode.rawValue) pixels; --convert rgb saves them as RGB")
      }
      return image
    } catch let error as ImageError {
      throw RowFailure(error)
    }
  }

  private func decode(
    _ file: consuming ImageFile, _ memory: inout MemoryBudget.Reservation
  ) throws -> Image {
    let converted = conversion == .rgb ? 3 * file.width * file.height : 0
    let bytes = file.decodingBytes + converted
    guard memory.grow(by: bytes, isCancelled: resources.isCancelled) else {
      throw ImageError.cancelled
    }
    let image = try file.decode(isCancelled: resources.isCancelled)
    return conversion == .rgb ? image.convertedToRGB() : image
  }

  /// What the picture at `path` is, nil if its pixels have another hash.
  private func fingerprintOfFile(
    at path: String, like expected: Fingerprint, _ hash: String,
    _ memory: inout MemoryBudget.Reservation
  ) throws -> Fingerprint? {
    memory.shrink(to: 0)
    do {
      let bytes = try EncodedImage.read(
        path, followsLink: false, &memory, isCancelled: resources.isCancelled)
      let file = try ImageFile(bytes)
      // Other pixels, and perhaps many more of them.
      guard file.pixelBytes == expected.pixelBytes else { return nil }
      guard memory.grow(by: file.decodingBytes, isCancelled: resources.isCancelled) else {
        throw ImageError.cancelled
      }
      let image = try file.decode(isCancelled: resources.isCancelled)
      return image.hash == hash ? Fingerprint(image) : nil
    } catch ImageError.cancelled {
      throw RowFailure(.cancelled)
    } catch {
      return nil
    }
  }

  /// The hash is that of the pixels' bytes alone. A row must not get the path
  /// of a picture of another shape or other colours.
  private static func taken(
    _ path: String, _ other: Fingerprint, _ this: Fingerprint
  ) -> RowFailure {
    let difference =
      other.shape == this.shape
      ? "with another palette" : "of \(other.shape), and this one of \(this.shape)"
    return RowFailure(
      code: "hash_taken",
      message: "\(path) is a picture of the same bytes \(difference); only one can have the name")
  }

  /// - Returns: whether it was written; not if it must not replace and
  ///   something is there.
  private func write(_ image: Image, to path: String, replacing: Bool) throws -> Bool {
    let file = try AtomicFile(FileTarget(path, followsLinks: false), removesLeftovers: false)
    do throws(PNGWriteError) {
      try image.writePNG(
        to: file.descriptor, compression: compression, isCancelled: resources.isCancelled)
    } catch .cancelled {
      throw RowFailure(.cancelled)
    } catch {
      throw ToolError("\(path): \(error)")
    }
    if !replacing { return try file.commitAsNew() }
    try file.commit()
    return true
  }
}

/// What has a name in the store.
private enum Occupant: Equatable {
  case nothing, plainFile, directory
  /// In words.
  case other(String)

  init(_ path: String) {
    var info = stat()
    guard unsafe lstat(path, &info) == 0 else {
      self = .nothing
      return
    }
    self =
      switch info.st_mode & S_IFMT {
      case S_IFREG: .plainFile
      case S_IFDIR: .directory
      case S_IFLNK: .other("a symbolic link")
      case S_IFIFO: .other("a named pipe")
      default: .other("no plain file")
      }
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
      case .tooLarge, .fileTooLarge, .tooMuchWork: "too_large"
      case .damaged: "damaged"
      case .cancelled: "interrupted"
      }
    self.init(
      code: code, message: String(describing: error), isReported: error != .cancelled)
  }
}

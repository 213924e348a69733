import Digests
import Images
import Shared

/// Where a row's picture is.
enum ImageSource: Sendable {
  /// Base64 text, as it stands between the quotes.
  case base64(ArraySlice<UInt8>)
  /// A file's name, relative to the working directory.
  case file(String)
  /// The row has only the name of the file that this tool once wrote. It was
  /// not there, but a row before this one may be about to write it.
  case saved(String)

  /// - Parameter usesPath: whether a row that has only the file that this tool
  ///   once wrote has a picture.
  init(_ row: Row, usesPath: Bool) throws(RowFailure) {
    if let image = row[.image], !image.isNull {
      guard let image = image.object else {
        throw RowFailure(
          code: "bad_image", message: "expected image to be an object, found \(image.kind)")
      }
      if let bytes = image["bytes"], !bytes.isNull {
        self = .base64(try Self.text(bytes, "image.bytes"))
        return
      }
      if let path = image["path"], !path.isNull {
        self = .file(String(decoding: try Self.decoded(path, "image.path"), as: UTF8.self))
        return
      }
    } else if usesPath, let path = row[.imagePath]?.string {
      self = .file(path)
      return
    }
    if row[.image] == nil, row[.imageHash] != nil, row[.imageSize] != nil,
      let path = row[.imagePath]?.string
    {
      self = .saved(path)
      return
    }
    throw RowFailure(code: "no_image", message: "the row has no image")
  }

  /// The base64 text, with the escapes that some writers put before slashes undone.
  private static func text(
    _ value: JSONValue, _ name: String
  ) throws(RowFailure) -> ArraySlice<UInt8> {
    guard let text = value.quotedText else {
      throw RowFailure(
        code: "bad_image", message: "expected \(name) to be a string, found \(value.kind)")
    }
    guard text.contains(UInt8(ascii: "\\")) else { return text }
    return JSONText.decoded(text.span)[...]
  }

  private static func decoded(
    _ value: JSONValue, _ name: String
  ) throws(RowFailure) -> [UInt8] {
    guard let text = value.utf8 else {
      throw RowFailure(
        code: "bad_image", message: "expected \(name) to be a string, found \(value.kind)")
    }
    guard !text.isEmpty, !text.contains(0) else {
      throw RowFailure(code: "bad_image", message: "\(name) is not a file name")
    }
    return text
  }

  /// The same for the same picture, so that rows which share it are found.
  ///
  /// - Parameter number: of the picture in the input.
  func key(_ number: Int) -> [UInt8] {
    switch self {
    case .base64(let text): unsafe Digest.hash(.sha256, text.span.bytes)
    case .file(let path): Array(path.utf8)
    case .saved: [0] + "\(number)".utf8
    }
  }

  /// Whether it is a file that a row before this one may write.
  var isInStore: Bool {
    switch self {
    case .base64: false
    case .file(let path):
      path.split(separator: "/").last.map { ImageStore.isName(String($0)) } ?? false
    case .saved: true
    }
  }

  /// The encoded bytes, within the memory budget.
  ///
  /// - Throws: `RowFailure`.
  func read(
    _ memory: inout MemoryBudget.Reservation, isCancelled: CancellationCheck
  ) throws -> [UInt8] {
    switch self {
    case .base64(let text):
      guard
        let bytes = try EncodedImage.decode(text, &memory, isCancelled: isCancelled)
      else { throw RowFailure(code: "bad_image", message: "image.bytes is not base64") }
      return bytes
    case .file(let path), .saved(let path):
      do {
        return try EncodedImage.read(path, &memory, isCancelled: isCancelled)
      } catch let error as SystemError {
        throw RowFailure(code: "unreadable", message: "\(path): \(error)")
      }
    }
  }
}

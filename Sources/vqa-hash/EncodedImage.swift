import Images
import Shared

/// A picture's encoded bytes: looked at before they are read, and read within
/// the memory budget.
enum EncodedImage {
  /// As many bytes as every signature is in.
  private static let signatureBytes = 132

  /// Reads the file at `path` if it begins like a picture that is read.
  static func read(
    _ path: String, followsLink: Bool = true, _ memory: inout MemoryBudget.Reservation,
    isCancelled: CancellationCheck
  ) throws -> [UInt8] {
    let file = try PlainFile(path, followsLink: followsLink)
    try check(file.read(0..<min(signatureBytes, file.size)), byteCount: file.size)
    guard memory.grow(by: file.size, isCancelled: isCancelled) else { throw ImageError.cancelled }
    return try file.read(0..<file.size)
  }

  /// Decodes base64 text that begins like a picture that is read.
  ///
  /// - Returns: nil for what is not base64.
  static func decode(
    _ text: ArraySlice<UInt8>, _ memory: inout MemoryBudget.Reservation,
    isCancelled: CancellationCheck
  ) throws(ImageError) -> [UInt8]? {
    guard text.count > 2 * signatureBytes else {
      guard let bytes = Base64.decode(text.span) else { return nil }
      try check(bytes, byteCount: bytes.count)
      return bytes
    }
    let byteCount = text.count / 4 * 3
    let head = text.prefix(signatureBytes / 3 * 4)
    guard let start = Base64.decode(head.span) else { return nil }
    try check(start, byteCount: byteCount)
    guard memory.grow(by: byteCount, isCancelled: isCancelled) else { throw .cancelled }
    return Base64.decode(text.span)
  }

  private static func check(_ start: [UInt8], byteCount: Int) throws(ImageError) {
    guard let format = ImageFormat(signatureOf: start) else { throw .notAnImage }
    guard format.isRead else { throw .unsupportedFormat(format.rawValue) }
    guard byteCount <= ImageLimits.fileBytes else { throw .fileTooLarge(byteCount) }
  }
}

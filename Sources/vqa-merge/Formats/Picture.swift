import Shared

/// A picture's file. Only what is a picture by its signature is one: a row
/// names any file.
struct Picture {
  /// The longest that is read, in bytes.
  private static let maximumSize = 256 << 20
  /// What `datasets` decodes.
  private static let formats: Set<ImageFormat> = [.png, .jpeg, .webp, .gif, .bmp, .tiff]

  let bytes: [UInt8]
  let format: ImageFormat

  /// Reads the file.
  init(_ path: String) throws(ToolError) {
    do throws(SystemError) {
      bytes = try PlainFile(path).readAll(limit: Self.maximumSize)
    } catch {
      throw ToolError("\(path): \(error)")
    }
    guard let format = ImageFormat(signatureOf: bytes), Self.formats.contains(format) else {
      throw ToolError("\(path): not a picture")
    }
    self.format = format
  }
}

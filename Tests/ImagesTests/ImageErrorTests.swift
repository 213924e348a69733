import Images
import Shared
import TestSupport
import Testing

/// Failures name their reason.
@Suite struct ImageErrorTests {
  @Test(arguments: [
    ("other.ico", ImageError.unsupportedFormat("ICO")),
    ("huge.bmp", .tooLarge(width: 60_000, height: 60_000)),
    ("huge.gif", .tooLarge(width: 65_535, height: 65_535)),
    ("mask-other-40.bmp", .unsupportedMode("a BMP with such bit masks is not read")),
    ("compression-4.bmp", .unsupportedMode("a BMP with compression 4 is not read")),
    ("text.txt", .notAnImage),
    ("empty.txt", .notAnImage),
    ("leading.jpg", .notAnImage),
    ("huge.jpg", .tooLarge(width: 65_500, height: 65_500)),
    ("huge.png", .tooLarge(width: 89_478_485, height: 3)),
  ])
  func hasReason(_ file: String, _ error: ImageError) throws {
    let fixture = try #require(Fixture.all.first { $0.file == file })
    #expect(throws: error) { try Image(decoding: fixture.bytes()) }
  }

  @Test(arguments: [
    ("png", "image/png"), ("jpeg", "image/jpeg"), ("webp", "image/webp"),
  ])
  func formatIsToldBySignature(_ name: String, _ mimeType: String) throws {
    let file = name == "png" ? "gama.png" : name == "jpeg" ? "gray.jpg" : "gray.webp"
    let fixture = try #require(Fixture.all.first { $0.file == file })
    #expect(ImageFormat(signatureOf: try fixture.bytes())?.mimeType == mimeType)
  }
}

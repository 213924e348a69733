import Digests
import Foundation
import Images
import Shared
import TestSupport
import Testing

@Suite struct PillowTests {
  @Test func fixturesAreThere() {
    #expect(Fixture.all.count == 296 + 668)
  }

  /// To the bit what Pillow makes of it; where Pillow fails, so do we.
  @Test(arguments: Fixture.all)
  func agreesWithPillow(_ fixture: Fixture) throws {
    let bytes = try fixture.bytes()
    guard ImageFormat(signatureOf: bytes)?.isRead == true else {
      #expect(throws: ImageError.self) { try Image(decoding: bytes) }
      return
    }
    guard let mode = fixture.mode else {
      #expect(throws: ImageError.self, "Pillow: \(fixture.error ?? "")") {
        try Image(decoding: bytes)
      }
      return
    }
    if fixture.isRefused {
      let error = #expect(throws: ImageError.self) { try Image(decoding: bytes) }
      guard case .unsupportedMode = error else {
        Issue.record("refused for another reason: \(String(describing: error))")
        return
      }
      return
    }
    let image = try Image(decoding: bytes)
    #expect(image.mode.rawValue == mode)
    #expect([image.width, image.height] == fixture.size)
    #expect(hexadecimal(Digest.hash(.md5, image.pixels)) == fixture.md5)
  }

  @Test(arguments: Fixture.all)
  func convertsAsPillow(_ fixture: Fixture) throws {
    guard let image = try? Image(decoding: fixture.bytes()) else { return }
    let converted = image.convertedToRGB()
    #expect(converted.mode == .rgb)
    #expect(hexadecimal(Digest.hash(.md5, converted.pixels)) == fixture.rgb, "from \(image.mode)")
  }

  /// What is written decodes to what was written.
  @Test(arguments: Fixture.all, PNGCompression.allCases)
  func survivesWriting(_ fixture: Fixture, _ compression: PNGCompression) throws {
    guard let image = try? Image(decoding: fixture.bytes()), image.mode.fitsPNG else { return }
    let scratch = try Scratch()
    let file = try FileHandle(forUpdating: URL(filePath: scratch.write("", to: "a.png")))
    try image.writePNG(to: file.fileDescriptor, compression: compression)
    let again = try Image(decoding: Array(scratch.read("a.png")))
    #expect(again.mode == image.mode)
    #expect(again.width == image.width && again.height == image.height)
    #expect(again.pixels == image.pixels)
  }
}

extension Fixture {
  /// TIFF files that Pillow reads and we refuse by name: modes that no PNG
  /// holds, and layouts that are not told to be exact.
  fileprivate var isRefused: Bool {
    let prefixes = [
      "float-", "gray12-", "ycbcr-", "lab-", "gray16-be", "gray16-white-", "cmyk16-",
      "gray-premultiplied-", "palette-alpha-", "lzma-", "zstd-", "planes.", "reversed.",
      "strips-m", "signed.", "palette-map-odd", "palette4-map-odd",
    ]
    return file.hasSuffix(".tif") && mode != nil && prefixes.contains { file.hasPrefix($0) }
  }
}

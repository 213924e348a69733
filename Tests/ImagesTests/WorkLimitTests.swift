import Foundation
import Images
import Synchronization
import TestSupport
import Testing

/// Pictures that take far more work than their size justifies, and work that
/// is given up.
@Suite struct WorkLimitTests {
  /// A progressive JPEG whose smallest scan is repeated.
  private func jpeg(scans: Int) throws -> [UInt8] {
    let fixture = try #require(Fixture.all.first { $0.file == "progressive.jpg" })
    let bytes = try fixture.bytes()
    var segments: [(marker: UInt8, range: Range<Int>)] = []
    var start = 2
    while start + 4 <= bytes.count, bytes[start + 1] != 0xd9 {
      var end = start + 2 + Int(bytes[start + 2]) << 8 + Int(bytes[start + 3])
      if bytes[start + 1] == 0xda {
        while bytes[end] != 0xff || bytes[end + 1] == 0 { end += 1 }
      }
      segments.append((bytes[start + 1], start..<end))
      start = end
    }
    let last = try #require(segments.last { $0.marker == 0xda })
    let present = segments.count { $0.marker == 0xda }
    let more = repeatElement(bytes[last.range], count: scans - present).joined()
    return bytes[..<start] + Array(more) + [0xff, 0xd9]
  }

  @Test(.timeLimit(.minutes(15)), arguments: [(500, true), (501, false), (4_000, false)])
  func scansAreLimited(scans: Int, isRead: Bool) throws {
    let bytes = try jpeg(scans: scans)
    do {
      _ = try Image(decoding: bytes)
      #expect(isRead)
    } catch ImageError.tooMuchWork {
      #expect(!isRead)
    }
  }

  /// Every decoder that goes row by row asks whether to go on.
  @Test(arguments: [
    "gray.jpg", "progressive.jpg", "color2-depth8.png", "color2-depth8-interlaced.png",
    "8bit-40x33.gif", "24bit-7x5.bmp",
  ])
  func decodingIsGivenUp(file: String) throws {
    let fixture = try #require(Fixture.all.first { $0.file == file })
    for patience in [0, 1, 3] {
      let asked = Counter()
      #expect(throws: ImageError.cancelled) {
        try ImageFile(fixture.bytes()).decode { asked.next() >= patience }
      }
    }
  }

  @Test(arguments: PNGCompression.allCases)
  func writingIsGivenUp(compression: PNGCompression) throws {
    let fixture = try #require(Fixture.all.first { $0.file == "color2-depth8.png" })
    let image = try Image(decoding: fixture.bytes())
    let scratch = try Scratch()
    let file = try FileHandle(forUpdating: URL(filePath: scratch.write("", to: "a.png")))
    #expect {
      try image.writePNG(to: file.fileDescriptor, compression: compression) { true }
    } throws: { error in
      if case .cancelled? = error as? PNGWriteError { true } else { false }
    }
  }

  private final class Counter: Sendable {
    private let count = Atomic(0)
    func next() -> Int { count.add(1, ordering: .relaxed).oldValue }
  }
}

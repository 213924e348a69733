// The picture decoders: a picture, which is the same when it is written as PNG and read again, or
// an ImageError. The inputs are files of one format, without their signature.
import CZlib
import Glibc

@testable import Images

#if FUZZ_PNG
  private let signature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
#elseif FUZZ_WEBP
  private let signature = Array("RIFF....WEBP".utf8)
#elseif FUZZ_GIF
  private let signature = Array("GIF89a".utf8)
#elseif FUZZ_BMP
  private let signature = Array("BM".utf8)
#elseif FUZZ_TIFF
  private let signature: [UInt8] = [0x49, 0x49, 0x2a, 0]
#else
  private let signature: [UInt8] = [0xff, 0xd8, 0xff]
#endif

/// More pixels than this only take time.
private let pixelLimit = 1 << 20

/// A file without a name.
private let scratch: Int32 = {
  var name = Array("/tmp/fuzz.XXXXXX".utf8CString)
  let descriptor = mkstemp(&name)
  unlink(name)
  return descriptor
}()

/// Decodes, and where that works writes a PNG and reads it back.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  var bytes = signature + UnsafeBufferPointer(start: start, count: count)
  #if FUZZ_PNG
    // Sums are right but in one input of eight, or nothing gets past them.
    if bytes.count % 8 != 0 { mendChecksums(&bytes) }
  #elseif FUZZ_WEBP
    withUnsafeBytes(of: UInt32(bytes.count - 8).littleEndian) {
      bytes.replaceSubrange(4..<8, with: $0)
    }
  #endif
  guard !isLarge(bytes), let image = try? Image(decoding: bytes) else { return 0 }
  guard image.mode.fitsPNG else { return 0 }
  precondition(ftruncate(scratch, 0) == 0 && lseek(scratch, 0, SEEK_SET) == 0)
  guard (try? image.writePNG(to: scratch, compression: .fast)) != nil else {
    fatalError("not written")
  }
  let size = Int(lseek(scratch, 0, SEEK_CUR))
  var written = [UInt8](repeating: 0, count: size)
  precondition(pread(scratch, &written, size, 0) == size)
  guard let again = try? Image(decoding: written) else { fatalError("not read") }
  precondition(
    again.mode == image.mode && again.width == image.width && again.pixels == image.pixels)
  return 0
}

private func isLarge(_ bytes: [UInt8]) -> Bool {
  guard let file = try? ImageFile(bytes) else { return true }
  return file.width * file.height > pixelLimit
}

#if FUZZ_PNG
  private func mendChecksums(_ bytes: inout [UInt8]) {
    var reader = PNGChunkReader(bytes)
    while let chunk = try? reader.next(), chunk.end + 4 <= bytes.count {
      let sum = bytes[(chunk.start - 4)..<chunk.end].withUnsafeBufferPointer {
        crc32_z(0, $0.baseAddress, $0.count)
      }
      for place in 0..<4 {
        bytes[chunk.end + place] = UInt8(truncatingIfNeeded: sum >> (24 - 8 * UInt(place)))
      }
    }
  }
#endif

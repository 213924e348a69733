internal import CImageShims
import Glibc

/// How a PNG file is compressed; the pixels are the same.
public enum PNGCompression: String, Sendable, CaseIterable {
  /// ISA-L's deflate on one filter: a few per cent larger than Pillow's
  /// files, in a fraction of the time.
  case fast
  /// zlib's best on the filter that suits each row: slow.
  case small
}

/// Why a PNG file was not written.
public enum PNGWriteError: Error, Sendable {
  /// PNG has no such pixels.
  case unsupportedMode(PixelMode)
  /// The value of `errno` that a write ended with.
  case system(Int32)
  /// libpng's own words.
  case library(String)
  /// The work was given up because its caller asked for that.
  case cancelled
}

extension Image {
  /// Writes the pixels and the palette, and nothing else, as a PNG file.
  ///
  /// - Parameter descriptor: open for writing; bytes go there as they come.
  public func writePNG(
    to descriptor: Int32, compression: PNGCompression,
    isCancelled: @escaping CancellationCheck = { false }
  ) throws(PNGWriteError) {
    guard let layout = mode.pngLayout else { throw .unsupportedMode(mode) }
    let swapped = mode == .gray16 ? swappedBytes() : pixels
    // A reader may refuse indices that the palette does not reach.
    let palette = (mode == .palette ? palette : nil)?.filled(to: Int(pixels.max() ?? 0) + 1)
    let colors = palette?.colors ?? []
    let alpha = palette?.alpha.prefix(colors.count / 3) ?? []
    var error: Int32 = 0
    var message = [CChar](repeating: 0, count: CImageShims_message_size)
    let status = unsafe swapped.withUnsafeBufferPointer { pixels in
      unsafe colors.withUnsafeBufferPointer { colors in
        unsafe alpha.withUnsafeBufferPointer { alpha in
          var picture = unsafe CImageShims_png_picture(
            header: CImageShims_png_header(
              width: UInt32(width), height: UInt32(height), depth: layout.depth,
              color_type: layout.color.rawValue, interlaced: 0),
            pixels: pixels.baseAddress, row_bytes: rowBytes,
            palette: colors.baseAddress, palette_count: Int32(colors.count / 3),
            alpha: alpha.baseAddress, alpha_count: Int32(alpha.count))
          return unsafe ShimCheck.with(isCancelled) { check in
            unsafe CImageShims_png_write(
              descriptor, &picture, compression.shimValue, check, &error, &message)
          }
        }
      }
    }
    guard error == 0 else { throw .system(error) }
    guard UInt32(bitPattern: status) != CImageShims_cancelled.rawValue else { throw .cancelled }
    guard UInt32(bitPattern: status) == CImageShims_done.rawValue else {
      throw .library(text(message))
    }
  }

  /// PNG's samples have the high byte first.
  private func swappedBytes() -> [UInt8] {
    var swapped = pixels
    for index in stride(from: 0, to: swapped.count - 1, by: 2) {
      swapped.swapAt(index, index + 1)
    }
    return swapped
  }
}

extension PNGWriteError: CustomStringConvertible {
  /// One line for a person.
  public var description: String {
    switch self {
    case .unsupportedMode(let mode): "PNG cannot hold \(mode.rawValue) pixels"
    case .system(let code): unsafe String(cString: strerror(code))
    case .library(let words): words
    case .cancelled: "interrupted before it was written"
    }
  }
}

extension PNGCompression {
  fileprivate var shimValue: Int32 {
    switch self {
    case .fast: Int32(CImageShims_fast.rawValue)
    case .small: Int32(CImageShims_small.rawValue)
    }
  }
}

extension PixelMode {
  /// Whether PNG has such pixels.
  public var fitsPNG: Bool { pngLayout != nil }

  /// How PNG holds such pixels, nil where it cannot.
  fileprivate var pngLayout: (depth: UInt8, color: PNGHeader.ColorType)? {
    switch self {
    case .bilevel: (1, .gray)
    case .gray: (8, .gray)
    case .gray16: (16, .gray)
    case .grayAlpha: (8, .grayAlpha)
    case .palette: (8, .palette)
    case .rgb: (8, .rgb)
    case .rgba: (8, .rgba)
    case .cmyk: nil
    }
  }
}

internal import CImageShims
internal import CWebP
internal import CZlib

/// The C libraries that decode and encode. What they make of damaged files
/// differs between versions, and with that the hash.
public enum ImageLibraries {
  /// A line for each, such as `libpng 1.6.39`.
  public static var versions: [String] {
    let webp = WebPGetDecoderVersion()
    return unsafe [
      String(cString: CImageShims_jpeg_version()),
      "libpng \(String(cString: CImageShims_png_version()))",
      "libwebp \(webp >> 16).\(webp >> 8 & 255).\(webp & 255)",
      tiff,
      "zlib \(String(cString: zlibVersion()))",
      "ISA-L \(String(cString: CImageShims_isal_version()))",
    ]
  }

  /// `LIBTIFF, Version 4.5.0` and a copyright on further lines.
  private static var tiff: String {
    let words = unsafe String(cString: CImageShims_tiff_version())
    let line = words.prefix { $0 != "\n" }
    return "libtiff " + (line.split(separator: " ").last.map(String.init) ?? "")
  }
}

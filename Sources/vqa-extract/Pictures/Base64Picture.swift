import Shared

/// Pictures as base64 text, as VLMEvalKit's tables and others hold them.
enum Base64Picture {
  /// How the base64 of pictures begins: JPEG, PNG, GIF, WebP, BMP, TIFF.
  private static let starts = [
    "/9j/", "iVBORw0KGgo", "R0lGODlh", "R0lGODdh", "UklGR", "Qk", "SUkq", "TU0AK",
  ].map { Array($0.utf8) }

  /// The picture that the text holds, with `data:…;base64,` before it or not;
  /// nil if it holds none.
  static func decoded(_ text: [UInt8]) -> [UInt8]? {
    guard let encoded = encoded(text) else { return nil }
    var clean = encoded.filter { $0 > 0x20 }
    while clean.count % 4 != 0, clean.count % 4 != 1 { clean.append(UInt8(ascii: "=")) }
    guard let bytes = Base64.decode(clean.span), ImageFormat(signatureOf: bytes) != nil else {
      return nil
    }
    return bytes
  }

  /// Whether the text begins like a picture.
  static func isLikely(_ text: [UInt8]) -> Bool { encoded(text) != nil }

  /// The base64 of what begins like a picture.
  private static func encoded(_ text: [UInt8]) -> ArraySlice<UInt8>? {
    var text = text[...]
    if text.starts(with: "data:".utf8) {
      guard let comma = text.prefix(100).firstIndex(of: UInt8(ascii: ",")),
        text[..<comma].suffix(7).elementsEqual(";base64".utf8)
      else { return nil }
      text = text[(comma + 1)...]
    }
    return text.count >= 24 && starts.contains(where: text.starts) ? text : nil
  }
}

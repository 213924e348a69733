import Shared

/// Names in the order of their code points, which is that of their UTF-8.
enum SortText {
  /// Bytes that sort as the string does of which this is the JSON text
  /// between the quotes. Lone surrogates, all alike in UTF-8, are told apart
  /// by what follows: the text itself.
  static func bytes(_ text: Span<UInt8>) -> [UInt8] {
    let copy = [UInt8](copying: text)
    guard copy.contains(UInt8(ascii: "\\")) else { return copy }
    return JSONText.decoded(text) + [0] + copy
  }
}

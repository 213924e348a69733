import Shared

/// Names in the order of their code points, which is that of their UTF-8.
enum SortText {
  /// Bytes that sort as the string does of which this is the JSON text
  /// between the quotes. Lone surrogates, all alike in UTF-8, are told apart
  /// by what follows: the text itself.
  static func bytes(_ text: some Collection<UInt8>) -> [UInt8] {
    let text = Array(text)
    guard text.contains(UInt8(ascii: "\\")) else { return text }
    return JSONText.decoded(text.span) + [0] + text
  }
}

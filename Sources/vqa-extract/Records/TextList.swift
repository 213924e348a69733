/// Lists that stand in texts: `['a.png', "b"]`, as Python prints a list of
/// strings and pandas writes it to tables; MMMU's options are such texts.
enum TextList {
  /// The strings of the list; nil if the text is none.
  static func elements(_ text: [UInt8]) -> [[UInt8]]? {
    guard text.first == UInt8(ascii: "["), text.last == UInt8(ascii: "]"), text.count >= 2 else {
      return nil
    }
    var rest = text.dropFirst().dropLast()
    var elements: [[UInt8]] = []
    skipSpace(&rest)
    while !rest.isEmpty {
      guard let element = string(&rest) else { return nil }
      elements.append(element)
      skipSpace(&rest)
      if rest.isEmpty { return elements }
      guard rest.popFirst() == UInt8(ascii: ",") else { return nil }
      skipSpace(&rest)
    }
    return elements.isEmpty ? [] : nil
  }

  private static func skipSpace(_ text: inout ArraySlice<UInt8>) {
    text = text.drop { $0 == 0x20 || $0 == 0x0A }
  }

  /// Takes a string in quotes of either kind.
  private static func string(_ text: inout ArraySlice<UInt8>) -> [UInt8]? {
    guard let quote = text.popFirst(), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"")
    else { return nil }
    var string: [UInt8] = []
    while let end = text.firstIndex(where: { $0 == quote || $0 == UInt8(ascii: "\\") }) {
      string += text[..<end]
      let isEnd = text[end] == quote
      text = text[(end + 1)...]
      if isEnd { return string }
      switch text.popFirst() {
      case UInt8(ascii: "n"): string.append(0x0A)
      case UInt8(ascii: "t"): string.append(0x09)
      case UInt8(ascii: "\\"): string.append(UInt8(ascii: "\\"))
      case UInt8(ascii: "'"): string.append(UInt8(ascii: "'"))
      case UInt8(ascii: "\""): string.append(UInt8(ascii: "\""))
      default: return nil
      }
    }
    return nil
  }
}

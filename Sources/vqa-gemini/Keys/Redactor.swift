import Shared

/// Takes keys out of what comes from the network: a service or a proxy may
/// quote the key that it was sent, whole or cut, escaped in one way or another.
///
/// It is applied to bytes before anything else is done with them, and once
/// more to each text that is shown or kept, since a text is what its escapes
/// stand for.
struct Redactor: Sendable {
  /// One way in which a key may be written.
  private struct Pattern {
    let bytes: [UInt8]
    /// What takes its place, in brackets.
    let name: String
    /// Whether parts of it are looked for as well.
    let isLong: Bool
  }

  private let patterns: [Pattern]
  /// Marks the hashes of all runs of eight bytes: most places of a text are
  /// ruled out by one look.
  private let filter: [Bool]
  /// The places of each run of eight bytes, by pattern.
  private let seeds: [UInt64: [(pattern: Int, offset: Int)]]

  /// A key of fewer bytes may be a word of any text, so it is taken out only
  /// behind the name of its header.
  private static let seedLength = 8
  /// From this length on, a key is not a text that somebody has written, and
  /// parts of it are taken out too.
  private static let longLength = 20
  /// A part that is neither the beginning nor the end of a key.
  private static let innerLength = 16

  init(_ keys: [APIKey]) {
    var patterns: [Pattern] = []
    for key in keys where key.secret.utf8.count >= Self.seedLength {
      let bytes = Array(key.secret.utf8)
      patterns.append(
        Pattern(bytes: bytes, name: key.name, isLong: bytes.count >= Self.longLength))
      guard bytes.count >= 12 else { continue }
      for text in Self.base64(bytes) {
        patterns.append(Pattern(bytes: text, name: key.name, isLong: text.count >= Self.longLength))
      }
    }
    var seeds: [UInt64: [(pattern: Int, offset: Int)]] = [:]
    for (index, pattern) in patterns.enumerated() {
      var seed: UInt64 = 0
      for (offset, byte) in pattern.bytes.enumerated() {
        seed = seed << 8 | UInt64(byte)
        if offset >= Self.seedLength - 1 {
          seeds[seed, default: []].append((index, offset + 1 - Self.seedLength))
        }
      }
    }
    var filter = [Bool](repeating: false, count: seeds.isEmpty ? 0 : 1 << 16)
    for seed in seeds.keys { filter[Self.hash(seed)] = true }
    (self.patterns, self.filter, self.seeds) = (patterns, filter, seeds)
  }

  private static func hash(_ seed: UInt64) -> Int {
    Int(truncatingIfNeeded: (seed &* 0x9E37_79B9_7F4A_7C15) >> 48)
  }

  /// `body` with every key replaced by its name in brackets.
  func redact(_ body: [UInt8]) -> [UInt8] {
    let plain = PlainBytes(body)
    var hits = hits(in: plain.bytes)
    for value in Self.headerValues(in: plain.bytes)
    where !hits.contains(where: { $0.range.overlaps(value) }) {
      hits.append((value, "key"))
    }
    guard !hits.isEmpty else { return body }
    var output: [UInt8] = []
    output.reserveCapacity(body.count)
    var copied = 0
    for (range, name) in hits.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      let source = plain.source(of: range)
      output += body[copied..<source.lowerBound]
      output += "[\(name)]".utf8
      copied = source.upperBound
    }
    return output + body[copied...]
  }

  /// `text` with every key replaced by its name in brackets.
  func redacted(text: String) -> String {
    let bytes = Array(text.utf8)
    let redacted = redact(bytes)
    return redacted == bytes ? text : String(decoding: redacted, as: UTF8.self)
  }

  /// `text` for a message: redacted, in one line, cut after 300 characters.
  func redacted(_ text: String) -> String {
    // Before it is cut: half a key is too much as well.
    let line = redacted(text: text).split { $0.isNewline || $0 == "\t" }.joined(separator: " ")
    return line.count <= 300 ? line : line.prefix(300) + "…"
  }

  // MARK: - Search

  private func hits(in text: [UInt8]) -> [(range: Range<Int>, name: String)] {
    guard !seeds.isEmpty else { return [] }
    var hits: [(range: Range<Int>, name: String)] = []
    var seed: UInt64 = 0
    var end = 0
    for (index, byte) in text.enumerated() {
      seed = seed << 8 | UInt64(byte)
      guard filter[Self.hash(seed)], index >= Self.seedLength - 1, index >= end,
        let places = seeds[seed]
      else { continue }
      let start = index + 1 - Self.seedLength
      let found = places.compactMap { place -> (Range<Int>, String)? in
        let pattern = patterns[place.pattern]
        let match = Self.extend(pattern.bytes, at: place.offset, in: text, at: start)
        return Self.isSecret(match.part, at: match.range, of: pattern, in: text)
          ? (match.range, pattern.name) : nil
      }
      guard let longest = found.max(by: { $0.0.count < $1.0.count }) else { continue }
      hits.append(longest)
      end = longest.0.upperBound + Self.seedLength - 1
    }
    return hits
  }

  /// The longest stretch around two equal runs of `seedLength` bytes in which
  /// text and pattern agree.
  private static func extend(
    _ pattern: [UInt8], at offset: Int, in text: [UInt8], at start: Int
  ) -> (range: Range<Int>, part: Range<Int>) {
    var (low, high) = (0, seedLength)
    while low < offset, low < start, pattern[offset - low - 1] == text[start - low - 1] { low += 1 }
    while offset + high < pattern.count, start + high < text.count,
      pattern[offset + high] == text[start + high]
    { high += 1 }
    return (start - low..<start + high, offset - low..<offset + high)
  }

  private static func isSecret(
    _ part: Range<Int>, at range: Range<Int>, of pattern: Pattern, in text: [UInt8]
  ) -> Bool {
    let (isFirst, isLast) = (part.lowerBound == 0, part.upperBound == pattern.bytes.count)
    if isFirst && isLast { return true }
    if pattern.isLong { return isFirst || isLast || part.count >= innerLength }
    // A short key may be made of words; a part of it is taken for one only
    // where the text was cut.
    return (isFirst && range.upperBound == text.count) || (isLast && range.lowerBound == 0)
  }

  /// What follows the name of the header that carries the key.
  private static func headerValues(in text: [UInt8]) -> [Range<Int>] {
    let name = Array("x-goog-api-key".utf8)
    var ranges: [Range<Int>] = []
    var index = 0
    while index + name.count < text.count {
      guard text[index] | 0x20 == name[0],
        text[index..<index + name.count].elementsEqual(name, by: { $0 == $1 || $0 | 0x20 == $1 })
      else {
        index += 1
        continue
      }
      index += name.count
      let start = text[index...].prefix { ":= \"'\\>\t".utf8.contains($0) }.endIndex
      let end = text[start...].prefix {
        (0x21...0x7E).contains($0) && !"\"'<>,;\\[".utf8.contains($0)
      }
      .endIndex
      // Prose about the header is no value of it.
      if start > index, text[index..<start].contains(where: { ":=".utf8.contains($0) }), end > start
      {
        ranges.append(start..<end)
      }
      index = max(end, index)
    }
    return ranges
  }

  /// The Base64 of a text that holds `bytes`, as far as it does not depend on
  /// what is around them, for each place in a group of three.
  private static func base64(_ bytes: [UInt8]) -> [[UInt8]] {
    (0..<3).map { shift in
      let padded = [UInt8](repeating: 0, count: shift) + bytes
      var text: [UInt8] = []
      Base64.encode(padded.span, to: &text)
      // Six bits a digit; digits that share bits with a neighbour go.
      let first = (shift * 8 + 5) / 6
      let last = padded.count * 8 / 6
      return Array(text[first..<last])
    }
  }
}

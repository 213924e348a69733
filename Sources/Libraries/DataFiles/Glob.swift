/// A pattern of paths as `fsspec` matches them: `*`, `?` and `[a-z]` within a
/// name, `**` as a whole component for any number of components.
struct Glob {
  private enum Part {
    case any
    case name([UInt8])
  }

  private let parts: [Part]
  /// How many components begin with a dot, and how many folders with two
  /// underscores: what is hidden is only taken where a pattern says so.
  private let hidden: Int
  private let special: Int
  /// The pattern's last component.
  let basename: String

  /// Whether `pattern` has any character with a meaning.
  static func hasMagic(_ pattern: String) -> Bool { pattern.contains { "*?[".contains($0) } }

  /// - Parameter pattern: relative to where the paths are relative to.
  init(_ pattern: String) {
    let names = pattern.split(separator: "/").filter { $0 != "." }
    parts = names.map { $0 == "**" ? .any : .name(Array($0.utf8)) }
    hidden = Self.hidden(names)
    special = Self.special(names)
    basename = names.last.map(String.init) ?? ""
  }

  /// Whether the pattern stands for the file at `path`.
  func matches(_ path: String) -> Bool {
    let names = path.split(separator: "/")
    guard Self.hidden(names) == hidden, Self.special(names) == special else { return false }
    return Self.match(parts, names.map { Array($0.utf8) })
  }

  private static func hidden(_ names: [Substring]) -> Int {
    names.count { $0.hasPrefix(".") && $0.contains { $0 != "." } }
  }

  private static func special(_ names: [Substring]) -> Int {
    names.dropLast().count { $0.hasPrefix("__") }
  }

  /// Which components each part may leave off at, part by part, so that the
  /// work is at most the product of the lengths, however many parts are `**`.
  private static func match(_ parts: [Part], _ names: [[UInt8]]) -> Bool {
    var isReached = [Bool](repeating: false, count: names.count + 1)
    isReached[0] = true
    for part in parts {
      switch part {
      case .any:
        for place in names.indices where isReached[place] { isReached[place + 1] = true }
      case .name(let pattern):
        for place in names.indices.reversed() {
          isReached[place + 1] =
            isReached[place] && matches(pattern[...], names[place][...])
        }
        isReached[0] = false
      }
    }
    return isReached[names.count]
  }

  /// Matches one name; after a `*` that did not help only the last one is
  /// tried again, so the work is at most the product of the lengths.
  private static func matches(_ pattern: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
    var (place, index) = (pattern.startIndex, name.startIndex)
    var retry: (place: Int, index: Int)?
    while true {
      if place < pattern.endIndex, pattern[place] == UInt8(ascii: "*") {
        place += 1
        retry = (place, index)
        continue
      }
      if index == name.endIndex, place == pattern.endIndex { return true }
      if index < name.endIndex, place < pattern.endIndex,
        let next = step(pattern, place, name[index])
      {
        place = next
        index += 1
        continue
      }
      guard let last = retry, last.index < name.endIndex else { return false }
      retry = (last.place, last.index + 1)
      (place, index) = (last.place, last.index + 1)
    }
  }

  /// The place behind what stands for `byte` at `place`; nil if that is
  /// something else.
  private static func step(_ pattern: ArraySlice<UInt8>, _ place: Int, _ byte: UInt8) -> Int? {
    switch pattern[place] {
    case UInt8(ascii: "?"): return place + 1
    case UInt8(ascii: "["):
      guard let end = classEnd(pattern, place) else { break }
      return isInClass(pattern[(place + 1)..<end], byte) ? end + 1 : nil
    default: break
    }
    return pattern[place] == byte ? place + 1 : nil
  }

  /// The bracket that closes the one at `place`; one right behind it (or
  /// behind `!`) is a member.
  private static func classEnd(_ pattern: ArraySlice<UInt8>, _ place: Int) -> Int? {
    var index = place + 1
    if index < pattern.endIndex, pattern[index] == UInt8(ascii: "!") { index += 1 }
    if index < pattern.endIndex, pattern[index] == UInt8(ascii: "]") { index += 1 }
    return pattern[min(index, pattern.endIndex)...].firstIndex(of: UInt8(ascii: "]"))
  }

  private static func isInClass(_ members: ArraySlice<UInt8>, _ byte: UInt8) -> Bool {
    let isNegated = members.first == UInt8(ascii: "!")
    let members = isNegated ? members.dropFirst() : members
    var index = members.startIndex
    while index < members.endIndex {
      if index + 2 < members.endIndex, members[index + 1] == UInt8(ascii: "-") {
        if members[index] <= byte, byte <= members[index + 2] { return !isNegated }
        index += 3
      } else {
        if members[index] == byte { return !isNegated }
        index += 1
      }
    }
    return isNegated
  }
}

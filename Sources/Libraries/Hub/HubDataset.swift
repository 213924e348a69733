/// A data set on the Hub: its name and a revision of it.
public struct HubDataset: Equatable, Sendable {
  /// `owner/name`, or `name` alone for the few old ones.
  public var name: String
  /// A branch, a tag or a commit.
  public var revision: String

  /// - Parameters:
  ///   - name: `owner/name`.
  ///   - revision: a branch, a tag or a commit.
  public init(name: String, revision: String = "main") {
    self.name = name
    self.revision = revision
  }

  /// Reads `owner/name`, `hf://datasets/owner/name` or
  /// `hf://datasets/owner/name@revision`; nil if `text` is none of them.
  public init?(_ text: String) {
    let prefix = "hf://datasets/"
    let isURL = text.hasPrefix(prefix)
    let parts = text.dropFirst(isURL ? prefix.count : 0).split(
      separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let name = parts.first.map(String.init) ?? ""
    let words = name.split(separator: "/", omittingEmptySubsequences: false)
    guard words.count == 2, words.allSatisfy(Self.isWord) else { return nil }
    let revision = parts.count == 2 ? String(parts[1]) : "main"
    // A revision becomes a path in the cache.
    guard !revision.isEmpty, !revision.hasPrefix("/"), !revision.utf8.contains(0),
      !revision.split(separator: "/").contains("..")
    else { return nil }
    self.init(name: name, revision: revision)
  }

  /// What `huggingface_hub` takes as a part of a name: letters, digits, `-`,
  /// `_` and `.`, 1 to 96 of them, no `-` or `.` at the ends, no `--` or `..`.
  private static func isWord(_ word: Substring) -> Bool {
    let isAllowed = word.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
        UInt8(ascii: "."):
        true
      default: false
      }
    }
    guard isAllowed, (1...96).contains(word.utf8.count) else { return false }
    let edges = [word.first, word.last]
    return !edges.contains("-") && !edges.contains(".") && !word.contains("--")
      && !word.contains("..")
  }

  /// Whether `text` is a whole commit, which never changes.
  static func isCommit(_ text: String) -> Bool {
    text.utf8.count == 40
      && text.utf8.allSatisfy { byte in
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
      }
  }
}

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

  /// Reads `owner/name`, `hf://datasets/owner/name`, with `@revision` behind
  /// it or not, or the address of a page, `https://huggingface.co/datasets/…`
  /// with `/tree/revision` or not; nil if `text` is none of them.
  public init?(_ text: String) {
    if let rest = Self.afterPageAddress(text) {
      self.init(pagePath: rest)
      return
    }
    let prefix = "hf://datasets/"
    let rest = text.hasPrefix(prefix) ? text.dropFirst(prefix.count) : text[...]
    let parts = rest.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    self.init(name: parts[0], revision: parts.count == 2 ? String(parts[1]) : "main")
  }

  /// - Parameter pagePath: `owner/name`, `owner/name/tree/revision`, or
  ///   another page of the data set.
  private init?(pagePath: Substring) {
    let path = pagePath.prefix { $0 != "?" && $0 != "#" }
    let words = path.split(separator: "/")
    guard words.count >= 2 else { return nil }
    let name = words[0] + "/" + words[1]
    var revision = "main"
    if words.count > 2 {
      switch words[2] {
      case "tree", "blob", "resolve":
        guard words.count > 3 else { return nil }
        // A branch's name may have slashes, as `refs/convert/parquet` has.
        let isReference = words[3] == "refs" && words.count > 5
        revision = isReference ? words[3...5].joined(separator: "/") : String(words[3])
        if revision.contains("%2F") {
          revision = revision.split(separator: "%2F").joined(separator: "/")
        }
      case "viewer", "discussions", "commits": break
      default: return nil
      }
    }
    self.init(name: name[...], revision: revision)
  }

  private init?(name: Substring, revision: String) {
    let words = name.split(separator: "/", omittingEmptySubsequences: false)
    guard words.count == 2, words.allSatisfy(Self.isWord), Self.isRevision(revision) else {
      return nil
    }
    self.init(name: String(name), revision: revision)
  }

  /// Whether `text` begins like an address, and so is no name of a file.
  public static func isAddress(_ text: String) -> Bool {
    text.hasPrefix("hf://") || afterPageAddress(text) != nil
  }

  private static func afterPageAddress(_ text: String) -> Substring? {
    // Browsers leave out the scheme.
    for scheme in ["https://", "http://", ""] {
      for host in ["huggingface.co", "www.huggingface.co", "hf.co"] {
        let prefix = "\(scheme)\(host)/datasets/"
        if text.hasPrefix(prefix) { return text.dropFirst(prefix.count) }
      }
    }
    return nil
  }

  /// Whether `text` can be a revision. It becomes a path in the cache, so it
  /// must not lead out of its folder.
  public static func isRevision(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 250 && !text.utf8.contains(0)
      && text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
        !$0.isEmpty && $0 != "." && $0 != ".."
      }
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

/// A data set on the Hub: its name, a revision of it, and what is wanted of it.
public struct HubDataset: Equatable, Sendable {
  /// What an address names of a data set.
  public enum Part: Equatable, Sendable {
    case whole
    /// A file or a folder of the repository, without slashes at its ends.
    case path(String)
    /// What the Hub's viewer shows.
    case view(configuration: String, split: String?)
  }

  /// `owner/name`, or `name` alone for the few old ones.
  public var name: String
  /// A branch, a tag or a commit.
  public var revision: String
  /// What is wanted of it.
  public var part = Part.whole

  /// - Parameters:
  ///   - name: `owner/name`.
  ///   - revision: a branch, a tag or a commit.
  public init(name: String, revision: String = "main") {
    self.name = name
    self.revision = revision
  }

  /// Reads `owner/name`, with `@revision` behind it or not; an address of
  /// `huggingface_hub`, `hf://datasets/owner/name@revision/path`; or the address
  /// of a page, `https://huggingface.co/datasets/owner/name`, with
  /// `/tree/revision/folder`, `/blob/revision/file`, `/resolve/revision/file` or
  /// `/viewer/configuration/split` or not. nil if `text` is none of them.
  public init?(_ text: String) {
    if let rest = Self.afterPageAddress(text) {
      self.init(pagePath: rest)
    } else if text.hasPrefix(Self.scheme) {
      self.init(address: text.dropFirst(Self.scheme.count))
    } else {
      let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
      self.init(name: parts[0], revision: parts.count == 2 ? String(parts[1]) : "main")
    }
  }

  private static let scheme = "hf://datasets/"

  /// - Parameter address: `owner/name@revision/path`.
  private init?(address: Substring) {
    let words = address.split(separator: "/", omittingEmptySubsequences: false)
    guard words.count >= 2 else { return nil }
    let name = words[1].split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let revision = name.count == 2 ? [name[1]] : ["main"]
    self.init(name: words[0] + "/" + name[0], revisionAndPath: revision + words[2...])
  }

  /// - Parameter pagePath: `owner/name` and a page of it.
  private init?(pagePath: Substring) {
    let path = pagePath.prefix { $0 != "?" && $0 != "#" }
    let words = path.split(separator: "/")
    guard words.count >= 2 else { return nil }
    let name = words[0] + "/" + words[1]
    let rest = words.dropFirst(3)
    switch words.dropFirst(2).first {
    case nil, "discussions": self.init(name: name, revision: "main")
    case "tree", "blob", "resolve", "raw", "commits":
      self.init(name: name, revisionAndPath: rest)
    case "viewer":
      self.init(name: name, revision: "main")
      guard let configuration = rest.first else { return }
      part = .view(
        configuration: URLText.decoded(configuration),
        split: rest.dropFirst().first.map(URLText.decoded))
    default: return nil
    }
  }

  /// - Parameter words: the revision and the path. A branch's name may have
  ///   slashes, as `refs/convert/parquet` has, and else has `%2F` for them.
  private init?(name: Substring, revisionAndPath words: ArraySlice<Substring>) {
    let isReference = words.first == "refs" && words.count >= 3
    let revision = words.prefix(isReference ? 3 : 1).joined(separator: "/")
    self.init(name: name, revision: URLText.decoded(revision[...]))
    let path = words.dropFirst(isReference ? 3 : 1).filter { !$0.isEmpty }
      .map(URLText.decoded).joined(separator: "/")
    if !path.isEmpty { part = .path(path) }
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

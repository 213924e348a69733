import HTTP
import Shared

/// The Hub's web API, as far as it is needed: what is in a revision of a data
/// set, and where a file's bytes are.
/// https://huggingface.co/docs/hub/api
final class HubClient {
  /// What a revision holds.
  struct Listing {
    let commit: String
    /// Paths in the repository.
    let paths: [String]
  }

  /// Where a file's bytes are and what they must be.
  struct Location {
    var url: String
    var etag: String
    var size: Int?
  }

  private let settings: HubSettings
  private let fetcher: Fetcher
  private static let maximumListing = 256 << 20

  init(_ settings: HubSettings) throws(HubError) {
    self.settings = settings
    var options = ClientOptions()
    options.certificateFile = settings.certificateFile
    options.certificateDirectory = settings.certificateDirectory
    options.userAgent = "vqa/\(toolkitVersion)"
    options.connectTimeout = 15
    options.stallTimeout = 30
    do {
      fetcher = try Fetcher(options: options)
    } catch {
      throw HubError(error.message)
    }
  }

  /// What the revision is now; nil if it does not exist.
  ///
  /// - Throws: `Unreachable` if the Hub cannot be asked, `HubError` if it refuses.
  func listing(of dataset: HubDataset) throws -> Listing? {
    let body = Collector(maximum: Self.maximumListing)
    let url =
      "\(settings.endpoint)/api/datasets/\(dataset.name)/revision/\(Self.escaped(dataset.revision))"
    let head = try ask(url, into: body)
    if head.status == 404, head["x-error-code"] == "RevisionNotFound" { return nil }
    try refuse(head, dataset, what: "the data set")
    guard let json = try? JSONValue(parsing: body.bytes), let commit = json["sha"]?.string,
      HubDataset.isCommit(commit), let siblings = json["siblings"]?.elements
    else { throw HubError("\(url): the answer is none of the Hub's API") }
    let paths = siblings.compactMap { $0["rfilename"]?.string }.filter(Self.isSafe)
    return Listing(commit: commit, paths: paths)
  }

  /// Where a file of a commit is. Redirects within the host are followed, one
  /// to another host is where the bytes are.
  func location(
    of path: String, in dataset: HubDataset, at commit: String
  ) throws -> Location {
    var url = "\(settings.endpoint)/datasets/\(dataset.name)/resolve/\(commit)/"
    url += path.split(separator: "/").map { Self.escaped(String($0)) }.joined(separator: "/")
    for _ in 0..<5 {
      let head = try ask(url, into: nil)
      let target = head["location"].map { URLText.resolved($0, against: url) }
      if (300..<400).contains(head.status), head["x-linked-etag"] == nil, let target,
        URLText.origin(target) == URLText.origin(url)
      {
        url = target
        continue
      }
      if !(300..<400).contains(head.status) { try refuse(head, dataset, what: path) }
      guard let etag = (head["x-linked-etag"] ?? head["etag"]).flatMap(Self.etag) else {
        throw HubError("\(url): the Hub names no hash for it")
      }
      let isRedirect = (300..<400).contains(head.status)
      let size = head["x-linked-size"] ?? (isRedirect ? nil : head["content-length"])
      return Location(url: target ?? url, etag: etag, size: size.flatMap { Int($0) })
    }
    throw HubError("\(url): too many redirects")
  }

  /// Asks for the bytes from `offset` on; redirects are followed, and the
  /// token stays with the Hub's own host.
  func download(_ url: String, from offset: Int, into sink: any BodySink) throws -> ResponseHead {
    var url = url
    for _ in 0..<5 {
      let range = offset > 0 ? ["Range: bytes=\(offset)-"] : []
      let head = try once(url, range, sink)
      guard (300..<400).contains(head.status), let target = head["location"] else { return head }
      url = URLText.resolved(target, against: url)
    }
    throw HubError("\(url): too many redirects")
  }

  /// Asks, again a few times where that may help.
  private func ask(_ url: String, into sink: Collector?) throws -> ResponseHead {
    var wait = 1.0
    while true {
      sink?.bytes.removeAll()
      let result = Result { try once(url, [], sink) }
      let isLast = wait > 4
      switch result {
      case .success(let head) where isLast || !(head.status == 429 || head.status >= 500):
        return head
      case .failure(let error) where isLast || Interrupt.requested != nil: throw error
      default: break
      }
      guard Interrupt.sleep(wait) else {
        throw HubError("\(url): interrupted")
      }
      wait *= 2
    }
  }

  private func once(
    _ url: String, _ headers: [String], _ sink: (any BodySink)?
  ) throws -> ResponseHead {
    var headers = headers
    if let token = settings.token, URLText.origin(url) == URLText.origin(settings.endpoint) {
      guard url.hasPrefix("https://") || URLText.isLoopback(url) else {
        throw HubError("\(settings.endpoint): a token is sent over https only")
      }
      headers.append("Authorization: Bearer \(token)")
    }
    do {
      return try fetcher.fetch(url, headers: headers, into: sink)
    } catch {
      throw Unreachable(description: "\(URLText.origin(url)): \(error.message)")
    }
  }

  /// Turns a refusal into words; the codes are those of `hf_raise_for_status`.
  private func refuse(_ head: ResponseHead, _ dataset: HubDataset, what: String) throws {
    guard head.status >= 300 else { return }
    if head.status == 429 || head.status >= 500 {
      throw Unreachable(description: "\(settings.endpoint): status \(head.status)")
    }
    let name = dataset.name
    let page = "\(settings.endpoint)/datasets/\(name)"
    let hasToken = settings.token != nil
    switch (head["x-error-code"], head.status) {
    case ("GatedRepo", _):
      throw HubError(
        "\(name) is gated: ask for access at \(page)"
          + (hasToken ? "" : " and set HF_TOKEN to a token of yours"))
    case ("EntryNotFound", _): throw HubError("\(name) has no file \(what)")
    case (_, 401) where hasToken:
      throw HubError("\(name): the token is refused; set HF_TOKEN to one that is valid")
    case ("RepoNotFound", _), (_, 401), (_, 404):
      throw HubError(
        "there is no data set \(name) on \(settings.endpoint), or it is private"
          + (hasToken ? " and the token may not read it" : ": check its name, or set HF_TOKEN"))
    default:
      let words = head["x-error-message"].map { ": \($0)" } ?? ""
      throw HubError("\(page): status \(head.status)\(words)")
    }
  }

  /// A path that stays inside the snapshot.
  private static func isSafe(_ path: String) -> Bool {
    !path.isEmpty
      && path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
        !$0.isEmpty && $0 != "." && $0 != ".." && !$0.utf8.contains(0)
      }
  }

  /// An etag without its quotes, if it can be a file's name.
  private static func etag(_ text: String) -> String? {
    let bare = (text.hasPrefix("W/") ? text.dropFirst(2) : text[...]).filter { $0 != "\"" }
    let isName = bare.utf8.allSatisfy {
      ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D
        || $0 == 0x5F
    }
    return bare.isEmpty || bare.utf8.count > 200 || !isName ? nil : String(bare)
  }

  /// Percent-encoded, slashes too (RFC 3986, section 2.3 says what stays).
  static func escaped(_ text: String) -> String {
    var output = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
        UInt8(ascii: "."), UInt8(ascii: "~"):
        output.unicodeScalars.append(UnicodeScalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        output += (byte < 16 ? "%0" : "%") + digits
      }
    }
    return output
  }
}

/// The Hub could not be asked; what the cache holds may do.
struct Unreachable: Error, CustomStringConvertible {
  let description: String
}

/// Takes a body into memory.
final class Collector: BodySink {
  var bytes: [UInt8] = []
  private let maximum: Int

  init(maximum: Int) { self.maximum = maximum }

  func receive(_ more: UnsafeRawBufferPointer, head: ResponseHead) -> Bool {
    guard more.count <= maximum - bytes.count else { return false }
    unsafe bytes.append(contentsOf: more)
    return true
  }

  func goesOn() -> Bool { Interrupt.requested == nil }
}

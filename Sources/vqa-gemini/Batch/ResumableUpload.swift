import HTTP
import Shared

/// How far the upload of a file has come (the resumable protocol of the Files
/// API). A pure value; `BatchService` sends what it says.
struct ResumableUpload {
  /// What the responses say of it, in lower case.
  static let headers: Set<String> = [
    "x-goog-upload-url", "x-goog-upload-chunk-granularity", "x-goog-upload-status",
    "x-goog-upload-size-received",
  ]
  /// Bytes of a chunk, but for what makes it whole grains.
  static let chunk = 8 << 20

  /// Where the bytes go.
  let url: String
  /// Chunks but the last are multiples of this.
  private(set) var granularity = 1 << 18
  let size: Int
  /// Bytes that have arrived.
  private(set) var offset = 0

  /// Reads the response to `start`.
  ///
  /// - Parameter mayBePlain: whether the address may be one of loopback.
  /// - Returns: nil if it names no address that bytes may go to.
  init?(_ response: Response, size: Int, mayBePlain: Bool) {
    guard let url = response["x-goog-upload-url"] else { return nil }
    self.init(url: url, size: size, mayBePlain: mayBePlain)
    readGranularity(response)
  }

  /// One that was begun before: how far it has come is to be asked.
  ///
  /// - Returns: nil for an address that bytes may not go to.
  init?(url: String, size: Int, mayBePlain: Bool) {
    guard Self.isSafe(url, mayBePlain: mayBePlain) else { return nil }
    self.url = url
    self.size = size
  }

  private mutating func readGranularity(_ response: Response) {
    guard let grain = response["x-goog-upload-chunk-granularity"].flatMap(Int.init),
      (1...(1 << 28)).contains(grain)
    else { return }
    granularity = grain
  }

  /// The pictures may leave over TLS only, or to loopback if the API is there.
  private static func isSafe(_ url: String, mayBePlain: Bool) -> Bool {
    guard let scheme = url.range(of: "://"),
      url.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") })
    else { return false }
    let end = url[scheme.upperBound...].firstIndex { "/?#".contains($0) } ?? url.endIndex
    guard let origin = try? BaseURL(String(url[..<end])) else { return false }
    return mayBePlain || !origin.isLoopbackOnly
  }

  /// The bytes to send next, and whether they are the last.
  var next: (range: Range<Int>, isLast: Bool) {
    let length = max(1, Self.chunk / granularity) * granularity
    let end = min(size, offset + length)
    return (offset..<end, end == size)
  }

  /// The headers of the next chunk.
  var command: [String] {
    ["X-Goog-Upload-Offset: \(offset)"]
      + ["X-Goog-Upload-Command: \(next.isLast ? "upload, finalize" : "upload")"]
  }

  /// The next chunk arrived.
  mutating func advance() { offset = next.range.upperBound }

  /// What a reply to `query` says.
  enum Status: Equatable {
    /// So much has arrived: it goes on from there.
    case active
    /// All has arrived, and the service has its file.
    case final
    /// It must begin anew.
    case gone
  }

  /// Takes over how much has arrived, after a break.
  mutating func queried(_ response: Response) -> Status {
    switch response["x-goog-upload-status"] {
    case "final": return .final
    case "active":
      guard let text = response["x-goog-upload-size-received"], let received = Int(text),
        (0...size).contains(received)
      else { return .gone }
      offset = received
      readGranularity(response)
      return .active
    default: return .gone
    }
  }
}

extension String {
  fileprivate func range(of text: String) -> Range<String.Index>? { firstRange(of: text) }
}

import Glibc
import Shared

/// Which files are there: each is looked for once, as long as it was not too
/// many others ago. Rows that share a picture mostly follow each other.
struct KnownFiles {
  private var last: ArraySlice<UInt8> = []
  private var lastExists = false
  private var known = RecentValues<String, Bool>(capacity: 1 << 17)

  /// Whether there is a file of the name that stands in a row.
  ///
  /// - Parameter quoted: a JSON string without its quotes.
  mutating func exists(_ quoted: ArraySlice<UInt8>) -> Bool {
    if quoted == last { return lastExists }
    // A string is hashed eight bytes at a time, an array one by one.
    let exists = look(String(decoding: quoted, as: UTF8.self), quoted)
    (last, lastExists) = (quoted, exists)
    return exists
  }

  private mutating func look(_ name: String, _ quoted: ArraySlice<UInt8>) -> Bool {
    if let exists = known[name] { return exists }
    let path = String(decoding: JSONText.decoded(quoted.span), as: UTF8.self)
    var info = stat()
    let exists = unsafe stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFREG
    known[name] = exists
    return exists
  }
}

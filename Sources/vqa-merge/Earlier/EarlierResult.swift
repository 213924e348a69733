import Glibc
import Shared

/// Reads an earlier result image by image: no more of it is in memory than
/// one image's member and what the system gives at once.
struct EarlierResult: ~Copyable {
  /// As it was named.
  let path: String
  private let descriptor: Int32
  private var chunk = [UInt8](repeating: 0, count: 256 * 1024)
  private var next = 0
  private var end = 0
  private var state = State.before
  /// Brackets that are open, the result's own included.
  private var depth = 0
  private var isInString = false
  private var isEscaped = false
  private var hasMembers = false

  private enum State { case before, inside, after }

  init(path: String) throws(ToolError) {
    self.path = path
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw ToolError("\(path): \(SystemError())") }
  }

  /// Reads a file that is locked for as long as it is to be replaced.
  init(_ file: LockedFile) throws(ToolError) {
    path = file.path
    descriptor = fcntl(file.descriptor, F_DUPFD_CLOEXEC, 3)
    guard descriptor >= 0 else { throw ToolError("\(path): \(SystemError())") }
  }

  deinit { close(descriptor) }

  /// The next image; nil at the end of the result.
  mutating func next(_ spelling: PythonSpelling) throws(ToolError) -> EarlierImage? {
    guard let (hash, image) = try nextMember() else { return nil }
    return try EarlierImage(hash: hash, image: image, spelling: spelling, path: path)
  }

  /// The next image's hash and the rest of it; nil at the end of the result.
  private mutating func nextMember() throws(ToolError) -> (hash: JSONValue, image: JSONValue)? {
    var text: [UInt8] = []
    while let byte = try nextByte() {
      switch state {
      case .before:
        if byte <= 0x20 { continue }
        guard byte == UInt8(ascii: "{") else { throw malformed("not a JSON object") }
        (state, depth) = (.inside, 1)
      case .after:
        guard byte <= 0x20 else { throw malformed("more text after the object") }
      case .inside:
        guard try endsMember(byte) else {
          text.append(byte)
          continue
        }
        if state == .after, !hasMembers, text.allSatisfy({ $0 <= 0x20 }) { continue }
        hasMembers = true
        return try member(text)
      }
    }
    guard state == .after else { throw malformed("the JSON text ends early") }
    return nil
  }

  private mutating func nextByte() throws(ToolError) -> UInt8? {
    if next == end {
      (next, end) = (0, 0)
      while true {
        let count = unsafe chunk.withUnsafeMutableBytes {
          unsafe read(descriptor, $0.baseAddress, $0.count)
        }
        if count < 0, errno == EINTR, Interrupt.requested == nil { continue }
        guard count >= 0 else { throw ToolError("\(path): \(SystemError())") }
        end = count
        break
      }
      if end == 0 { return nil }
    }
    defer { next += 1 }
    return chunk[next]
  }

  /// Follows strings and brackets; true for the comma or brace that ends a
  /// member of the result itself. Whether the member is sound is asked later.
  private mutating func endsMember(_ byte: UInt8) throws(ToolError) -> Bool {
    if isInString {
      if isEscaped {
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte == UInt8(ascii: "\"") {
        isInString = false
      }
      return false
    }
    switch byte {
    case UInt8(ascii: "\""): isInString = true
    case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
    case UInt8(ascii: "}"), UInt8(ascii: "]"):
      depth -= 1
      guard depth == 0 else { return false }
      guard byte == UInt8(ascii: "}") else { throw malformed("']' where '}' belongs") }
      state = .after
      return true
    case UInt8(ascii: ","): return depth == 1
    default: break
    }
    return false
  }

  /// Takes a member apart, checking both halves strictly.
  private func member(_ text: [UInt8]) throws(ToolError)
    -> (hash: JSONValue, image: JSONValue)
  {
    guard let start = text.firstIndex(of: UInt8(ascii: "\"")) else {
      throw malformed("no image hash where one belongs")
    }
    var quote = start + 1
    while quote < text.count, text[quote] != UInt8(ascii: "\"") {
      quote += text[quote] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard let colon = text.indices.dropFirst(quote + 1).first(where: { text[$0] > 0x20 }),
      text[colon] == UInt8(ascii: ":")
    else { throw malformed("an image hash without a ':' after it") }
    do throws(JSONError) {
      return (
        try JSONValue(parsing: Array(text[...quote])),
        try JSONValue(parsing: Array(text[(colon + 1)...]))
      )
    } catch {
      let name = String(decoding: text[start..<min(quote + 1, text.count)], as: UTF8.self)
      throw malformed("image \(name): \(error)")
    }
  }

  func malformed(_ what: String) -> ToolError { ToolError("\(path): \(what)") }
}

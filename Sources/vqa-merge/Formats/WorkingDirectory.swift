import Glibc
import Shared

/// Paths of images are relative to the working directory.
enum WorkingDirectory {
  /// Its path; empty if it has none any more.
  private static var path: String {
    guard let directory = unsafe getcwd(nil, 0) else { return "" }
    defer { unsafe free(directory) }
    return unsafe String(cString: directory)
  }

  /// Its path and a slash, as JSON text without quotes.
  static func prefix(_ spelling: PythonSpelling) -> [UInt8] {
    var text: [UInt8] = []
    JSONText.appendEscaped((path + "/").utf8Span.span, to: &text)
    var spelled: [UInt8] = []
    spelling.appendString(text.span, to: &spelled)
    return Array(spelled.dropFirst().dropLast())
  }

  /// The names that lead from a folder to a file.
  ///
  /// - Parameter folder: from the root.
  static func relative(_ path: String, to folder: [Substring]) -> [String] {
    let parts = components(path)
    let common = zip(parts, folder).prefix { $0 == $1 }.count
    return Array(repeating: "..", count: folder.count - common) + parts[common...].map(String.init)
  }

  /// A path's names from the root on, as they are written: links are not
  /// followed.
  static func components(_ path: String) -> [Substring] {
    let whole = path.hasPrefix("/") ? path : Self.path + "/" + path
    var names: [Substring] = []
    for name in whole.split(separator: "/") where name != "." {
      if name == ".." { _ = names.popLast() } else { names.append(name) }
    }
    return names
  }
}

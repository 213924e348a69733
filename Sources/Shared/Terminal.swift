import Glibc

/// The terminal behind stderr.
enum Terminal {
  /// Whether stderr is a terminal on which a line can be wiped.
  static let isUsable: Bool = {
    let type = unsafe getenv("TERM").map { unsafe String(cString: $0) }
    return isatty(2) == 1 && type != "dumb"
  }()

  /// Its width at this moment, 80 if it does not say; nil if stderr is no
  /// terminal.
  static var columns: Int? {
    var size = winsize()
    guard unsafe ioctl(2, UInt(TIOCGWINSZ), &size) == 0 else { return nil }
    return size.ws_col > 0 ? Int(size.ws_col) : 80
  }

  /// False for a job that the shell runs in the background, which must leave
  /// the line to others.
  static var isInForeground: Bool {
    let group = tcgetpgrp(2)
    return group < 0 || group == getpgrp()
  }

  /// Moves to the beginning of the line, and wipes it and all below.
  static let wipe: StaticString = "\r\u{1B}[J"

  /// Shows a line below the cursor, which stays where it is, on an empty line:
  /// there goes what others write meanwhile, the echo of ^C too, and whatever
  /// the terminal makes of the line when it gets narrower is below the cursor.
  static func below(_ line: String) -> String { "\n\(line)\r\u{1B}[A" }
}

extension StringProtocol {
  /// How many columns of a terminal it takes.
  var columns: Int { unicodeScalars.reduce(0) { $0 + $1.columns } }

  /// As much of its beginning as fits into so many columns.
  func prefix(columns limit: Int) -> String {
    var text = ""
    var used = 0
    for scalar in unicodeScalars {
      used += scalar.columns
      if used > limit { break }
      text.unicodeScalars.append(scalar)
    }
    return text
  }

  /// The text, its middle replaced by `…` if it takes more columns than that:
  /// names begin, and reasons end, a message.
  func elided(columns limit: Int) -> String {
    // Most texts are short, and no text has more columns than bytes.
    if utf8.count <= limit || columns <= limit { return String(self) }
    let head = prefix(columns: limit * 3 / 5)
    var tail: [UnicodeScalar] = []
    var used = head.columns + 1
    for scalar in unicodeScalars.reversed() {
      used += scalar.columns
      if used > limit { break }
      tail.append(scalar)
    }
    var text = head + "…"
    text.unicodeScalars.append(contentsOf: tail.reversed())
    return text
  }
}

extension UnicodeScalar {
  /// 0 for marks that combine with the character before, 2 for the wide
  /// characters of Unicode's Annex 11 (East Asian Width) and emoji, else 1.
  fileprivate var columns: Int {
    if value < 0x300 { return 1 }
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    return switch value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3,
      0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
      0x1F680...0x1F6FF, 0x1F900...0x1FAFF, 0x20000...0x3FFFD:
      2
    default: 1
    }
  }
}

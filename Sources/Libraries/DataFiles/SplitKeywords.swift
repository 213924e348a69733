/// The words that stand for a split in names of folders and files
/// (https://huggingface.co/docs/hub/datasets-file-names-and-splits).
struct SplitKeywords {
  /// What `datasets` calls the split.
  let split: String
  private let keywords: [[UInt8]]

  private init(_ split: String, _ keywords: [String]) {
    self.split = split
    self.keywords = keywords.map { Array($0.utf8) }
  }

  /// In the order in which `datasets` looks for them.
  static let all = [
    SplitKeywords("train", ["train", "training"]),
    SplitKeywords("validation", ["validation", "valid", "dev", "val"]),
    SplitKeywords("test", ["test", "testing", "eval", "evaluation"]),
  ]

  /// Whether names of folders or the file's own name are looked at.
  enum Place {
    case folders
    case name
  }

  /// Which of the patterns that `datasets` makes of the keywords is the first
  /// that the path matches; nil if none does. Files are taken in this order.
  func rank(of path: String, in place: Place) -> Int? {
    let names = path.utf8.split(separator: UInt8(ascii: "/"))
    guard let name = names.last else { return nil }
    for (index, keyword) in keywords.enumerated() {
      switch place {
      case .name:
        if let form = Self.form(name, keyword), form.isOpen {
          return 2 * index + (form.isAtStart ? 0 : 1)
        }
      case .folders:
        let forms = names.dropLast().compactMap { Self.form($0, keyword) }
        let ranks = forms.map { ($0.isAtStart ? 0 : 2) + ($0.isAtEnd ? 0 : 1) }
        if let rank = ranks.min() { return 4 * index + rank }
      }
    }
    return nil
  }

  /// How a keyword stands in a name.
  private struct Form {
    var isAtStart: Bool
    var isAtEnd: Bool
    /// Whether some place with the keyword has a separator behind it.
    var isOpen: Bool
  }

  /// The best form that `datasets`' patterns find: at the start before at any
  /// other place, at the end before elsewhere.
  private static func form(_ name: Substring.UTF8View, _ keyword: [UInt8]) -> Form? {
    guard name.count >= keyword.count else { return nil }
    var best: Form?
    let bytes = Array(name)
    for start in 0...(bytes.count - keyword.count) {
      let end = start + keyword.count
      guard bytes[start..<end].elementsEqual(keyword),
        start == 0 || isSeparator(bytes[start - 1]),
        end == bytes.count || isSeparator(bytes[end])
      else { continue }
      let isOpen = end < bytes.count
      guard let found = best else {
        best = Form(isAtStart: start == 0, isAtEnd: !isOpen, isOpen: isOpen)
        continue
      }
      best?.isOpen = found.isOpen || isOpen
      if !found.isAtStart, !isOpen { best?.isAtEnd = true }
    }
    return best
  }

  /// `[-._ 0-9]`
  private static func isSeparator(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: " "),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }
}

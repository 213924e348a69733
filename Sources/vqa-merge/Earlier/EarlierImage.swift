import Shared

/// An image of an earlier result, of ours or of the notebook that this
/// toolkit replaces. What is not of that shape is an error: it would be lost.
struct EarlierImage {
  /// Its pairs, one after the other.
  let pairs: [JSONValue?]
  private let hash: JSONValue
  private let image: JSONValue
  private let info: JSONValue
  private let parser: RowParser
  private let path: String

  init(
    hash: JSONValue, image: JSONValue, spelling: PythonSpelling, path: String
  ) throws(ToolError) {
    (self.hash, self.image, self.path) = (hash, image, path)
    parser = RowParser(spelling: spelling, keepsOrigin: false)
    let name = "\(path): image \(hash.string ?? "")"
    try Self.check(image, name, ["image_info", "image_path", "qa_pairs"])
    guard let info = image["image_info"], let pairs = image["qa_pairs"]?.elements else {
      throw ToolError("\(name): no image_info, or no list of qa_pairs")
    }
    try Self.check(info, "\(name): image_info", ["size", "split"])
    for pair in pairs {
      try Self.check(
        pair, "\(name): a pair", ["question", "original_answer", "descriptive_answer", "split"])
    }
    (self.info, self.pairs) = (info, pairs)
  }

  private static func check(
    _ value: JSONValue, _ name: String, _ known: [String]
  ) throws(ToolError) {
    guard let members = value.members else { throw ToolError("\(name): not a JSON object") }
    for member in members where !known.contains(member.name) {
      throw ToolError("\(name): '\(member.name)' is not known and would be lost")
    }
  }

  /// Appends the fields of a pair, or of the image alone, to `text`, and
  /// returns where they are.
  func appendFields(of pair: JSONValue?, to text: inout [UInt8]) throws(ToolError) -> FieldRanges {
    var ranges = FieldRanges(from: text.count)
    for field in Field.all {
      if let value = value(of: field, in: pair) { parser.append(value, as: field, to: &text) }
      ranges.append(end: text.count)
    }
    for field in Field.all where field.isRequired && ranges[field].isEmpty {
      guard pair != nil || field >= .imageHash else { continue }
      let name = "\(path): image \(hash.string ?? "")"
      throw ToolError("\(name): no sound \(field.key.rawValue)")
    }
    return ranges
  }

  private func value(of field: Field, in pair: JSONValue?) -> JSONValue? {
    switch field {
    case .id, .gemini, .blindAnswer: nil
    case .split: pair.flatMap { $0["split"] ?? info["split"] }
    case .question: pair?["question"]
    case .answer: pair?["original_answer"]
    case .descriptiveAnswer: pair?["descriptive_answer"]
    case .imageHash: hash
    case .imagePath: image["image_path"]
    case .imageSize: info["size"]
    case .imageSplit: info["split"]
    }
  }
}

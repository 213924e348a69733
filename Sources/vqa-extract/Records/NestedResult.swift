import Shared

/// A result of the notebook, or of `vqa-merge`: a JSON object with an image's
/// pairs under its hash. Each pair becomes a record.
enum NestedResult {
  /// The splits in the order in which they appear.
  static func splits(inFileAt path: String) throws(ToolError) -> [String] {
    var splits: [String] = []
    for record in try records(inFileAt: path) where !splits.contains(record.split) {
      splits.append(record.split)
    }
    return splits
  }

  /// The records of a split, with the members of a row of ours.
  static func source(path: String, split: String) throws(ToolError) -> JSONObjects {
    JSONObjects(try records(inFileAt: path).filter { $0.split == split }.map(\.object))
  }

  /// Whether a value is an image with its pairs.
  static func isImage(_ value: JSONValue) -> Bool {
    value.kind == .object && value["qa_pairs"]?.kind == .array
  }

  private static func records(
    inFileAt path: String
  ) throws(ToolError) -> [(split: String, object: JSONValue)] {
    let root = try TextLines(path: path, encoding: nil).json(path)
    var records: [(split: String, object: JSONValue)] = []
    for (hash, image) in root.members ?? [] {
      let where_ = "\(path): \(Shown.text(hash))"
      guard isImage(image), let pairs = image["qa_pairs"]?.elements else {
        throw ToolError("\(where_): not an image with qa_pairs")
      }
      let info = image["image_info"]
      for (index, pair) in pairs.enumerated() {
        let split = pair["split"]?.string ?? info?["split"]?.string ?? "train"
        guard pair.kind == .object, let question = pair["question"],
          let answer = pair["original_answer"] ?? pair["answer"]
        else { throw ToolError("\(where_): pair \(index) has no question or original_answer") }
        var text = Array("{\"question\":".utf8) + question.text
        text += Array(",\"answer\":".utf8) + answer.text
        text += Array(",\"image_hash\":".utf8) + JSONText.quoted(hash)
        for (key, value) in [
          ("image_path", image["image_path"]), ("image_size", info?["size"]),
          ("descriptive_answer", answered(pair)),
        ] {
          guard let value else { continue }
          text += Array(",\"\(key)\":".utf8) + value.text
        }
        text.append(UInt8(ascii: "}"))
        guard let object = try? JSONValue(parsing: text) else { continue }
        records.append((split, object))
      }
    }
    return records
  }

  /// An answer that is there; an empty one, or none, is still to be asked for.
  private static func answered(_ pair: JSONValue) -> JSONValue? {
    guard let answer = pair["descriptive_answer"], let text = answer.utf8,
      text.contains(where: { $0 > 0x20 })
    else { return nil }
    return answer
  }
}

import Shared

/// What a row's record says beside its texts.
struct RowDetails {
  /// Whether the reference answers yes or no.
  enum Kind: String, CaseIterable { case closed, open }

  /// An answer that was given without knowing the reference.
  struct Blind {
    let text: String
    /// nil if a comparison of words cannot tell.
    let agrees: Bool?
  }

  let kind: Kind
  /// The model that answered and, if that says more, its version.
  let model: String
  /// nil if the row has none.
  let blind: Blind?
  /// The whole of `gemini`.
  let gemini: JSONObject?

  /// - Parameter row: a record.
  init(_ row: Span<UInt8>) {
    let reference = FlaggedText(row.string(.answer)).words
    kind = Polarity.answer(reference) == nil ? .open : .closed
    gemini = Self.value(.gemini, row)?.object
    if let model = gemini?["model"]?.string {
      let version = gemini?["model_version"]?.string ?? model
      self.model = version == model ? model : "\(model) (\(version))"
    } else {
      model = "unknown"
    }
    blind = Self.blind(row)
  }

  /// The blind answer of a row's record alone.
  static func blind(_ row: Span<UInt8>) -> Blind? {
    guard let value = value(.blindAnswer, row)?.object, let text = value["text"]?.string else {
      return nil
    }
    let agrees = value["agrees"].map { String(decoding: $0.text, as: UTF8.self) }
    return Blind(text: text, agrees: agrees.flatMap(Bool.init))
  }

  private static func value(_ field: Field, _ row: Span<UInt8>) -> JSONValue? {
    let range = Record.range(field, ofRow: row)
    guard !range.isEmpty else { return nil }
    return try? JSONValue(parsing: [UInt8](copying: row.extracting(range)))
  }
}

extension Span<UInt8> {
  /// A field of a row's record, decoded.
  func string(_ field: Field) -> String {
    let value = extracting(Record.range(field, ofRow: self)).unquoted
    return String(decoding: JSONText.decoded(value), as: UTF8.self)
  }
}

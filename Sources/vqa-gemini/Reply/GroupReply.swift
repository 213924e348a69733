import Shared

/// Reads the reply to a request for several questions: a list of objects with
/// an `id` from 1 and a text.
///
/// A text goes to a question by its id alone, so ids that are not exactly
/// those that were asked discredit the whole reply: a model that numbers from
/// 0, or loses count in the middle, has put texts under wrong ids.
enum GroupReply {
  /// The texts in the order of the questions; empty where an item has none.
  ///
  /// - Parameters:
  ///   - text: what the model wrote.
  ///   - count: how many questions were asked.
  /// - Returns: nil if an id is missing, doubled or unknown, or the list cannot
  ///   be read.
  static func texts(in text: String, count: Int) -> [String]? {
    texts(in: text).flatMap { $0.count == count ? $0 : nil }
  }

  /// The same where it is not known how many were asked: the ids must be 1 to
  /// the number of items.
  static func texts(in text: String) -> [String]? {
    let bytes = Array(text.utf8)
    for value in values(in: bytes) {
      guard let items = list(value) else { continue }
      return ordered(items)
    }
    return nil
  }

  private static func ordered(_ items: [JSONObject]) -> [String]? {
    var texts = [String?](repeating: nil, count: items.count)
    for item in items {
      // A fraction is no id, and what does not fit is none of these.
      guard let id = item["id"]?.number, id >= 1, id <= Double(items.count),
        id == id.rounded(), texts[Int(id) - 1] == nil
      else { return nil }
      texts[Int(id) - 1] = self.text(item)
    }
    return texts.compactMap { $0 }
  }

  private static func text(_ item: JSONObject) -> String {
    QuestionTask.allCases.lazy.compactMap { item[GroupPrompt.member($0)]?.string }.first ?? ""
  }

  /// The items of a list, of an object that wraps one, or of one alone.
  private static func list(_ value: JSONValue) -> [JSONObject]? {
    if let elements = value.elements {
      let items = elements.compactMap(\.object)
      return !items.isEmpty && items.count == elements.count && items[0]["id"] != nil ? items : nil
    }
    guard let object = value.object else { return nil }
    if object["id"] != nil { return [object] }
    for (_, member) in value.members ?? [] where member.kind == .array {
      if let items = list(member) { return items }
    }
    return nil
  }

  /// How many places of a text are tried as the beginning of its JSON.
  private static let maximumTries = 16

  /// The JSON values in a text: itself, or what is in it between a preamble or
  /// a code fence and what follows.
  private static func values(in bytes: [UInt8]) -> [JSONValue] {
    if let whole = try? JSONValue(parsing: bytes) { return [whole] }
    var values: [JSONValue] = []
    var index = 0
    var tries = 0
    while tries < maximumTries,
      let start = bytes[index...].firstIndex(where: { "[{".utf8.contains($0) })
    {
      tries += 1
      var end = start
      if let value = try? JSONValue(in: bytes, at: &end) {
        values.append(value)
        index = end
      } else {
        index = start + 1
      }
    }
    return values
  }
}

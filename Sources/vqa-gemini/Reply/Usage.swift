import Shared

/// Tokens as the service counted them (`usageMetadata`).
struct Usage: Equatable {
  /// Input, what was cached included.
  var prompt = 0
  /// The candidates' text.
  var output = 0
  var thoughts = 0
  var cached = 0
  var total = 0

  /// Sums stay below this, so that a few of them can be added without care.
  private static let maximum = 1 << 60

  /// The sum of each; saturating.
  static func + (a: Usage, b: Usage) -> Usage {
    Usage(
      prompt: sum(a.prompt, b.prompt), output: sum(a.output, b.output),
      thoughts: sum(a.thoughts, b.thoughts), cached: sum(a.cached, b.cached),
      total: sum(a.total, b.total))
  }

  private static func sum(_ a: Int, _ b: Int) -> Int {
    let (sum, isOver) = a.addingReportingOverflow(b)
    return isOver ? maximum : min(sum, maximum)
  }
}

extension Usage {
  /// Reads `usageMetadata`. What is absent or negative is 0, what is larger
  /// than `Bounds.tokens` is cut to that.
  init(_ metadata: JSONObject) {
    func count(_ name: String) -> Int { metadata[name]?.count(upTo: Bounds.tokens) ?? 0 }
    prompt = count("promptTokenCount")
    output = count("candidatesTokenCount")
    thoughts = count("thoughtsTokenCount")
    cached = count("cachedContentTokenCount")
    total = count("totalTokenCount")
  }
}

extension JSONValue {
  /// A number, or a string that spells one, as a whole number from 0 to
  /// `limit`; nil if it is neither or negative. A fraction is dropped.
  func count(upTo limit: Int) -> Int? {
    guard let value = number, value >= 0 else { return nil }
    return value >= Double(limit) ? limit : Int(value)
  }

  /// A number, or a string that spells a finite one.
  var number: Double? {
    guard kind == .number || kind == .string else { return nil }
    let value = Double(string ?? String(decoding: text, as: UTF8.self))
    // A number that is too large for a Double is still a number.
    guard let value, !value.isNaN else { return nil }
    return kind == .string && !value.isFinite ? nil : value
  }
}

/// When a fault happens.
struct FaultRule {
  let name: String
  let fault: Fault
  private let key: String?
  private let project: String?
  private let model: String?
  private let text: String?
  private let nth: ClosedRange<Int>?
  private let every: Int?
  private let share: Double?
  private let times: Int?
  private let first: Int?
  private let from: Double
  private let until: Double

  private var matched = 0
  private var happened = 0
  private var byRequest: [Digest: Int] = [:]
  /// When the rule saw its first request: `from` and `until` are counted from there.
  private var begin: Double?
  /// Another share of the requests for every rule.
  private let purpose: UInt64

  /// - Parameter directive: the fault's name, then `key= project= model= text=`
  ///   (which requests), `nth= every= share= from= until=` (which of those),
  ///   `times= first=` (how often in all, how often for one request).
  init(_ directive: Directive, purpose: UInt64) throws(Directive.Malformed) {
    try directive.allowOnly(
      "key", "project", "model", "text", "nth", "every", "share", "times", "first", "from",
      "until", "seconds", "rate", "bytes")
    guard let name = directive.words.first, directive.words.count == 1 else {
      throw Directive.Malformed(description: "one fault name expected")
    }
    self.name = name
    fault = try Fault(named: name, directive)
    key = directive.settings["key"]
    project = directive.settings["project"]
    model = directive.settings["model"]
    text = directive.settings["text"]
    nth = try FaultRule.range(directive)
    every = try directive.number("every")
    share = try directive.number("share")
    times = try directive.number("times")
    first = try directive.number("first")
    from = try directive.number("from") ?? 0
    until = try directive.number("until") ?? .infinity
    self.purpose = purpose
  }

  struct Subject {
    let key: APIKey
    let model: String
    let text: String
    let digest: Digest
    /// Seconds on the server's clock.
    let time: Double
  }

  /// Whether the fault happens to this request; counts it if so.
  mutating func strikes(_ subject: Subject) -> Bool {
    guard key == nil || key == subject.key.name || key == subject.key.key,
      project == nil || project == subject.key.project,
      model == nil || model == subject.model,
      text.map(subject.text.contains) ?? true
    else { return false }
    matched += 1
    let begin = self.begin ?? subject.time
    self.begin = begin
    guard subject.time - begin >= from, subject.time - begin < until else { return false }
    if let nth, !nth.contains(matched) { return false }
    if let every, every > 0, matched % every != 0 { return false }
    if let share, subject.digest.fraction(for: purpose) >= share { return false }
    if let times, happened >= times { return false }
    if let first {
      let before = byRequest[subject.digest, default: 0]
      guard before < first else { return false }
      byRequest[subject.digest] = before + 1
    }
    happened += 1
    return true
  }

  /// `nth=3` or `nth=3-5`.
  private static func range(_ directive: Directive) throws(Directive.Malformed) -> ClosedRange<
    Int
  >? {
    guard let text = directive.settings["nth"] else { return nil }
    let ends = text.split(separator: "-", maxSplits: 1).map { Int($0) }
    guard let low = ends.first ?? nil, let high = ends.last ?? nil, low <= high else {
      throw Directive.Malformed(description: "nth=\(text) is neither a number nor a range")
    }
    return low...high
  }
}

/// All rules, and those that a request's own text carries.
struct FaultRules {
  private var rules: [FaultRule] = []
  /// The rules found in texts, by their text: they count as the others do.
  private var inline: [String: FaultRule] = [:]

  mutating func add(_ directive: Directive) throws(Directive.Malformed) {
    rules.append(try FaultRule(directive, purpose: UInt64(rules.count) + 1000))
  }

  /// The first fault that strikes.
  mutating func fault(for subject: FaultRule.Subject) -> (name: String, fault: Fault)? {
    if let text = FaultRules.marker(in: subject.text) {
      guard var rule = inline[text] ?? FaultRules.rule(text) else {
        // A mistyped name must not make a test pass.
        return ("unknown", .refusal { _ in .noSuchFault(text) })
      }
      let strikes = rule.strikes(subject)
      inline[text] = rule
      if strikes { return (rule.name, rule.fault) }
    }
    for index in rules.indices {
      // Those of files and jobs are asked for by `faults(at:_:)`.
      if case .batch = rules[index].fault { continue }
      if rules[index].strikes(subject) { return (rules[index].name, rules[index].fault) }
    }
    return nil
  }

  /// Shows each rule, which may count.
  mutating func forEachRule(_ body: (inout FaultRule) -> Void) {
    for index in rules.indices { body(&rules[index]) }
  }

  private static func rule(_ text: String) -> FaultRule? {
    (try? Directive(text)).flatMap { try? FaultRule($0, purpose: 999) }
  }

  /// What stands in `[[fault:…]]`.
  private static func marker(in text: String) -> String? {
    let open = Array("[[fault:".utf8)
    let bytes = Array(text.utf8)
    var start = 0
    while let hit = bytes.firstOffset(of: open[0], from: start) {
      if bytes[hit...].starts(with: open) {
        let rest = bytes[(hit + open.count)...]
        guard let end = rest.firstIndex(of: UInt8(ascii: "]")) else { return nil }
        return String(decoding: rest[..<end], as: UTF8.self)
      }
      start = hit + 1
    }
    return nil
  }
}

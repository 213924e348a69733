/// What the stand-in is told to be.
struct Configuration {
  var credentials = Credentials()
  var projects: [String: Limits] = [:]
  var faults = FaultRules()
  var latency: ClosedRange<Double> = 0...0
  var seed: UInt64 = 0
  var window = MinuteWindow.sliding
  /// Whether a request that was refused with 429 uses up the minute too.
  var countsRefusals = false
  /// The API's limit of 2026-01-08.
  var maximumBody = 100 << 20
  var compresses = false
  var batch = BatchSettings()

  /// One line of `--config`, or one option's value with its word before it.
  mutating func apply(_ line: some StringProtocol) throws(Directive.Malformed) {
    let text = line.drop { $0 == " " || $0 == "\t" }
    guard let first = text.first, first != "#" else { return }
    let word = text.prefix { $0 != " " }
    let directive = try Directive(text.dropFirst(word.count))
    switch word {
    case "key": try addKey(directive)
    case "project": try setLimits(directive)
    case "fault": try faults.add(directive)
    case "batch": try batch.apply(directive)
    default: throw Directive.Malformed(description: "no directive is called \(word)")
    }
  }

  private mutating func addKey(_ directive: Directive) throws(Directive.Malformed) {
    try directive.allowOnly(
      "name", "project", "state", "models", "rpm", "tpm", "rpd", "tier")
    guard let key = directive.words.first, directive.words.count == 1 else {
      throw Directive.Malformed(description: "one key expected")
    }
    let name = directive.settings["name"] ?? "…" + key.suffix(4)
    let project = directive.settings["project"] ?? name
    guard let state = APIKey.State(rawValue: directive.settings["state"] ?? "ok") else {
      throw Directive.Malformed(
        description: "a key's state is one of "
          + APIKey.State.allCases.map(\.rawValue).joined(separator: " "))
    }
    let models = directive.settings["models"].map { Set($0.split(separator: ",").map(String.init)) }
    credentials.add(
      APIKey(key: key, name: name, project: project, state: state, models: models))
    if !Set(directive.settings.keys).isDisjoint(with: ["rpm", "tpm", "rpd", "tier"]) {
      projects[project] = try Configuration.limits(directive)
    }
  }

  private mutating func setLimits(_ directive: Directive) throws(Directive.Malformed) {
    try directive.allowOnly("rpm", "tpm", "rpd", "tier")
    guard let name = directive.words.first, directive.words.count == 1 else {
      throw Directive.Malformed(description: "one project's name expected")
    }
    projects[name] = try Configuration.limits(directive)
  }

  private static func limits(_ directive: Directive) throws(Directive.Malformed) -> Limits {
    let tier = directive.settings["tier"] ?? "free"
    guard ["free", "paid"].contains(tier) else {
      throw Directive.Malformed(description: "tier=\(tier) is neither free nor paid")
    }
    return Limits(
      requestsPerMinute: try directive.number("rpm"),
      tokensPerMinute: try directive.number("tpm"),
      requestsPerDay: try directive.number("rpd"), freeTier: tier == "free")
  }

  /// `200ms`, `0.2s` or `100ms..400ms`, in seconds.
  static func latency(_ text: String) throws(Directive.Malformed) -> ClosedRange<Double> {
    var ends: [Double] = []
    for part in text.replacing("..", with: " ").split(separator: " ") {
      let milliseconds = part.hasSuffix("ms")
      let digits = part.dropLast(milliseconds ? 2 : part.hasSuffix("s") ? 1 : 0)
      guard let number = Double(digits), number >= 0 else {
        throw Directive.Malformed(description: "\(text) is no latency, try 200ms or 100ms..400ms")
      }
      ends.append(milliseconds ? number / 1000 : number)
    }
    guard let low = ends.first, let high = ends.last, ends.count <= 2, low <= high else {
      throw Directive.Malformed(description: "\(text) is no latency, try 200ms or 100ms..400ms")
    }
    return low...high
  }
}

/// What stderr is told of failed rows: the first few of each cause line by
/// line, all others as one line with their number.
public struct FailureReport: Sendable {
  /// Rows of one cause that have lines of their own.
  static let shownOfCause = 5
  /// Causes that are told apart; what comes later is told apart by code.
  static let maximumCauses = 32
  /// Columns of a message that may come from the input.
  private static let inputColumns = 200

  private struct Cause: Sendable {
    var count = 0
    /// The first one's line, without the tool's name.
    var example: String
    var text: String
  }

  private let stage: String
  private var causes: [String: Cause] = [:]
  private var order: [String] = []

  /// Nothing has failed. `stage` is the tool's name.
  public init(stage: String) { self.stage = stage }

  /// Records a failed row, and prints a line if it is one of the first.
  ///
  /// - Parameter place: which row it is, such as `<stdin>:17: train/16`.
  public mutating func add(code: String, message: String, at place: String) {
    let line =
      "\(place.elided(columns: 120)): \(message.elided(columns: Self.inputColumns))"
    var text = Self.cause(code: code, message: message)
    var key = "\(code) \(text)"
    if causes[key] == nil, causes.count >= Self.maximumCauses {
      (key, text) = (code, code)
    }
    if causes[key] == nil {
      causes[key] = Cause(example: line, text: text)
      order.append(key)
    }
    causes[key]?.count += 1
    if causes[key]?.count ?? 0 <= Self.shownOfCause { StandardError.line("\(stage): \(line)") }
  }

  /// Prints a line for each cause of which not every row has had its own.
  public mutating func finish() {
    for line in summary { StandardError.line("\(stage): \(line)") }
    (causes, order) = ([:], [])
  }

  /// Such as `451 rows: No such file or directory, for example train/0: …`.
  var summary: [String] {
    order.compactMap { causes[$0] }.filter { $0.count > Self.shownOfCause }.map {
      "\($0.count) rows: \($0.text), for example \($0.example)"
    }
  }

  /// What messages of one cause have in common: the parts between colons that
  /// hold no name and no number; the code if there are none.
  static func cause(code: String, message: String) -> String {
    let parts = message.prefix(1_000).split(separator: ": ").filter { part in
      !part.contains { $0.isNumber || "/\"'…".contains($0) }
    }
    return parts.isEmpty ? code : parts.joined(separator: ": ").elided(columns: 100)
  }
}

/// The jobs that a run by batch would make, by the rule by which parts are cut.
struct BatchSizes {
  let plan: BatchPlan
  private(set) var parts = 0
  private(set) var bytes = 0
  /// Of the part that is not full.
  private var part = (lines: 0, bytes: 0)

  /// Bytes of a line beside its request: the key and what is around both.
  static let line = "{\"key\":\"\",\"request\":}\n".utf8.count + 64

  init(plan: BatchPlan) { self.plan = plan }

  /// One more line.
  mutating func add(bytes count: Int) {
    if parts == 0 || plan.isFull(lines: part.lines, bytes: part.bytes, next: count) {
      parts += 1
      part = (0, 0)
    }
    part = (part.lines + 1, part.bytes + count)
    bytes += count
  }

  /// Such as ` in 2 batch jobs (310.4 MB)`.
  var summary: String {
    " in \(parts) batch \(parts == 1 ? "job" : "jobs") (\(BatchSize.text(bytes)))"
  }
}

/// Sizes for people.
enum BatchSize {
  /// Such as `31.2 MB`.
  static func text(_ bytes: Int) -> String {
    let tenths = (bytes + 50_000) / 100_000
    return "\(tenths / 10).\(tenths % 10) MB"
  }
}

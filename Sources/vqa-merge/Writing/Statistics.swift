import Shared

/// The numbers that `--stats` and `--card` give of a result.
struct Statistics {
  /// Pairs by the model, and the version, that answered them.
  private var answerers: [String: Int] = [:]
  /// Pairs by SHA-256 of the prompt and of the system instruction.
  private var promptDigests: [String: Int] = [:]
  private var systemDigests: [String: Int] = [:]
  private var pairs: [[UInt8]: Int] = [:]
  private var finishReasons: [String: Int] = [:]
  private var usage: [String: Int] = [:]
  private(set) var agreement = BlindAgreement()
  /// Pairs whose answer begins with the reference.
  private(set) var leadCount = 0

  /// Counts a row of the result.
  mutating func count(_ row: Span<UInt8>) {
    var split: [UInt8] = []
    split.append(.split, ofRow: row)
    pairs[split, default: 0] += 1
    let details = RowDetails(row)
    let gemini = details.gemini
    answerers[details.model, default: 0] += 1
    func text(_ member: String) -> String { gemini?[member]?.string ?? Self.unknown }
    promptDigests[text("prompt_sha256"), default: 0] += 1
    systemDigests[text("system_sha256"), default: 0] += 1
    finishReasons[text("finish_reason"), default: 0] += 1
    for (name, value) in gemini?["usage"]?.members ?? [] {
      guard let number = value.integer else { continue }
      let (sum, overflow) = usage[name, default: 0].addingReportingOverflow(number)
      if !overflow { usage[name] = sum }
    }
    if FlaggedPair.leads(row.string(.descriptiveAnswer), with: row.string(.answer)) {
      leadCount += 1
    }
    if let blind = details.blind { agreement.count(blind, split: split, kind: details.kind) }
  }

  /// One JSON object on one line.
  ///
  /// - Parameters:
  ///   - failures: rows without an answer, by the code of their error.
  ///   - flags: rows by flag; nil if none were looked for.
  ///   - reviews: nil without `--reviews`.
  func text(
    _ counts: MergeCounts, failures: [String: Int], flags: [String: Int]? = nil,
    reviews: ReviewSummary? = nil
  ) -> [UInt8] {
    func quoted(_ entries: [String: Int]) -> [([UInt8], Int)] {
      entries.sorted { $0.key < $1.key }.map { (JSONText.quoted($0.key), $0.value) }
    }
    var output = Array(
      "{\"rows\":\(counts.lines),\"images\":\(counts.images),\"pairs\":\(counts.answers),".utf8)
    output += "\"duplicates\":\(counts.duplicates),\"unanswered\":\(counts.unanswered)".utf8
    Self.append("splits", sortedPairs, to: &output)
    Self.append("finish_reasons", quoted(finishReasons), to: &output)
    Self.append("usage", quoted(usage), to: &output)
    Self.append("failures", quoted(failures), to: &output)
    if !agreement.isEmpty { output += ",\"blind_answers\":".utf8 + agreement.text }
    if let flags { Self.append("flags", quoted(flags), to: &output) }
    if let reviews { output += ",\"reviews\":".utf8 + reviews.text }
    output += "}\n".utf8
    return output
  }

  /// By split, its name as JSON text.
  private var sortedPairs: [([UInt8], Int)] {
    let splits = pairs.sorted {
      SortText.bytes($0.key.span).lexicographicallyPrecedes(SortText.bytes($1.key.span))
    }
    return splits.map { ($0.key, $0.value) }
  }

  /// Pairs by split.
  var splits: [(String, Int)] {
    sortedPairs.map { name, count in
      (String(decoding: JSONText.decoded(name.span.unquoted), as: UTF8.self), count)
    }
  }
  /// What is counted of pairs whose rows do not tell.
  private static let unknown = "unknown"

  /// Pairs by model.
  var models: [(String, Int)] { DataCard.sorted(answerers) }
  /// Pairs by SHA-256 of the prompt; empty if no row tells.
  var prompts: [(String, Int)] { Self.told(promptDigests) }
  /// Pairs by SHA-256 of the system instruction; empty if no row tells.
  var systems: [(String, Int)] { Self.told(systemDigests) }

  private static func told(_ digests: [String: Int]) -> [(String, Int)] {
    digests.keys.allSatisfy { $0 == unknown } ? [] : DataCard.sorted(digests)
  }

  /// Pairs by the reason for which their answers ended.
  var endings: [(String, Int)] { DataCard.sorted(finishReasons) }
  /// Sums of what the service counted.
  var tokens: [(String, Int)] { DataCard.sorted(usage) }

  private static func append(
    _ name: String, _ entries: [([UInt8], Int)], to output: inout [UInt8]
  ) {
    output += ",\"\(name)\":{".utf8
    for (place, (key, count)) in entries.enumerated() {
      if place > 0 { output.append(UInt8(ascii: ",")) }
      output += key
      output += ":\(count)".utf8
    }
    output.append(UInt8(ascii: "}"))
  }
}

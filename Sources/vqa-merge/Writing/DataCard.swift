import Shared

/// The data card of a result: the README.md that the Hub shows, with the YAML
/// that it reads at the top, and below where the answers come from.
/// https://huggingface.co/docs/hub/datasets-cards
struct DataCard {
  /// Where the card goes.
  let path: String
  /// The files of the result; nil if it went to stdout.
  let files: [String]?
  let format: FormatName
  /// As the Hub spells it, such as `cc0-1.0`.
  let license: String
  let counts: MergeCounts
  let statistics: Statistics
  /// Rows without an answer, by the code of their error.
  let failures: [String: Int]
  /// Rows by flag.
  let flags: [String: Int]
  /// nil without `--reviews`.
  let reviews: ReviewSummary?
  /// SHA-256 of the file of `--prompt`, in hexadecimal; nil without it.
  let promptDigest: String?

  var text: String {
    let title = files?.first.map(Self.stem) ?? "Explained answers"
    var text = "---\n" + header + "---\n\n# \(Self.plain(title))\n\n"
    text +=
      "Questions about pictures, the data set's own answers, and explanations that a model wrote, "
      + "merged by vqa-merge \(toolkitVersion): \(counts.answers) pairs on \(counts.images) images. "
      + "The explanations are not reviewed unless it says so here.\n"
    text += table("Splits", "split", "pairs", statistics.splits)
    text += "\n## Provenance\n"
    text += table("Models that answered", "model", "pairs", statistics.models, level: 3)
    text += table("Prompts", "SHA-256", "pairs", statistics.prompts, level: 3)
    text += table("System instructions", "SHA-256", "pairs", statistics.systems, level: 3)
    if let promptDigest { text += "\nSHA-256 of the prompt: `\(promptDigest)`\n" }
    text += table("How answers ended", "finish reason", "pairs", statistics.endings, level: 3)
    text += table("Tokens", "kind", "number", statistics.tokens, level: 3)
    if !failures.isEmpty {
      text += "\nRows without an answer, which are not part of this: \(counts.unanswered).\n"
      text += table("Failures", "code", "rows", Self.sorted(failures), level: 3)
    }
    text += "\n## Checks\n\nAnswers that begin with the reference: \(statistics.leadCount) of "
    text += "\(counts.answers).\n"
    text += table(
      "Doubtful answers, by vqa-merge's flags, none of which is proof", "flag", "pairs",
      Self.sorted(flags), level: 3)
    return text + reviewText
  }

  private var reviewText: String {
    guard let reviews else { return "" }
    let kinds = Verdict.Kind.allCases.map { ($0.rawValue, reviews.counts[$0] ?? 0) }
    var text = table("Reviews", "verdict", "answers", kinds)
    text += table(
      "Reviewers", "reviewer", "answers",
      Self.sorted(reviews.reviewers).map { ($0.0.isEmpty ? "no name" : $0.0, $0.1) }, level: 3)
    for agreement in reviews.agreements {
      let names = agreement.reviewers.map { Self.plain($0.isEmpty ? "no name" : $0) }
      text += "\n\(names.joined(separator: " and ")) agree on \(agreement.equal) of "
      text += "\(agreement.count) answers"
      if let kappa = agreement.kappa { text += " (Cohen's kappa \(Self.rounded(kappa)))" }
      text += ".\n"
    }
    return text
  }

  /// To two decimals.
  private static func rounded(_ value: Double) -> String {
    let hundredths = Int((abs(value) * 100).rounded())
    let digits = hundredths % 100
    return "\(value < 0 ? "-" : "")\(hundredths / 100).\(digits < 10 ? "0" : "")\(digits)"
  }

  private var header: String {
    var text = "license: \(Self.quoted(license))\n"
    text += "task_categories:\n- visual-question-answering\n"
    text += "size_categories:\n- \(Self.sizeCategory(counts.answers))\n"
    guard let files, format != .nested, format != .imagefolder, format != .llava else {
      return text
    }
    let folder = Array(WorkingDirectory.components(path).dropLast())
    text += "configs:\n- config_name: default\n  data_files:\n  - split: train\n    path:\n"
    for file in files {
      let names = WorkingDirectory.relative(file, to: folder)
      text += "    - \(Self.quoted(names.joined(separator: "/")))\n"
    }
    return text
  }

  /// The Hub's classes of size.
  static func sizeCategory(_ count: Int) -> String {
    let classes: [(limit: Int, name: String)] = [
      (1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"),
      (10_000_000, "1M<n<10M"), (100_000_000, "10M<n<100M"),
    ]
    return classes.first { count < $0.limit }?.name ?? "100M<n<1B"
  }

  private func table(
    _ title: String, _ key: String, _ value: String, _ entries: [(String, Int)], level: Int = 2
  ) -> String {
    guard !entries.isEmpty else { return "" }
    let rows = entries.map { "| \(Self.plain($0.0)) | \($0.1) |\n" }.joined()
    let marks = String(repeating: "#", count: level)
    return "\n\(marks) \(title)\n\n| \(key) | \(value) |\n|---|---:|\n" + rows
  }

  static func sorted(_ entries: [String: Int]) -> [(String, Int)] {
    entries.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  private static func stem(_ path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
  }

  /// A string of YAML in double quotes, which JSON's are.
  private static func quoted(_ text: String) -> String {
    String(decoding: JSONText.quoted(text), as: UTF8.self)
  }

  /// Text that Markdown and HTML leave as it is, on one line: names come from
  /// rows.
  private static func plain(_ text: String) -> String {
    var output = ""
    for scalar in text.unicodeScalars.prefix(200) {
      switch scalar {
      case "<": output += "&lt;"
      case "&": output += "&amp;"
      case "|", "\\", "`", "*", "[", "]", "#", "!", ">": output += "\\\(scalar)"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F: output += " "
      // Marks that turn the direction of what follows.
      case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": continue
      default: output.unicodeScalars.append(scalar)
      }
    }
    return output
  }
}

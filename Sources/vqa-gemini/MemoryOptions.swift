import ArgumentParser
import Shared

/// What becomes of answers between runs.
struct MemoryOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The file that remembers answers. (default: $XDG_CACHE_HOME/vqa/answers.sqlite, in ~/.cache if that is unset)",
      valueName: "file"), completion: .file(), transform: fileName)
  var cache: String?

  @Flag(name: .customLong("no-cache"), help: "Remember answers for this run only.")
  var isForgetful = false

  @Flag(help: "Ask again for what is remembered, and remember the new answers.")
  var refresh = false

  @Flag(help: "Ask again for rows that have an answer.")
  var force = false

  mutating func validate() throws {
    if isForgetful, cache != nil || refresh {
      throw ValidationError("--no-cache goes with neither --cache nor --refresh.")
    }
  }

  /// What is remembered of a run that a signal or a closed output has ended; empty
  /// for one that came to its own end.
  func summary(_ stop: Stop?, _ totals: Totals) -> String {
    guard stop?.isUrgent == true else { return "" }
    if isForgetful { return "; nothing is remembered (--no-cache)" }
    let count = totals.answered + totals.remembered
    return "; \(count) \(count == 1 ? "answer" : "answers") remembered"
  }

  /// The replies to look in first.
  func cache(_ environment: [String: String]) throws(ToolError) -> ReplyCache {
    if isForgetful { return try ReplyCache(path: nil) }
    let path: String
    if let cache { path = cache } else { path = try StateFiles.cache(environment) }
    return try ReplyCache(path: path, refresh: refresh)
  }
}

/// Which files of a repository hold a split, by the rules of `datasets`
/// (https://huggingface.co/docs/hub/datasets-file-names-and-splits).
enum SplitFiles {
  /// The words that stand for a split in names.
  private static let keywords = [
    "train": ["train", "training"],
    "validation": ["validation", "valid", "dev", "val"],
    "test": ["test", "testing", "eval", "evaluation"],
  ]

  /// The Parquet files of `split`, in the order of their names.
  ///
  /// - Parameters:
  ///   - paths: all files of the repository.
  ///   - config: the name of a configuration, which is a directory.
  /// - Throws: `HubError` if there is none, or if several configurations
  ///   have the split.
  static func choose(
    from paths: [String], split: String, config: String?, in name: String
  ) throws(HubError) -> [String] {
    let parquet = paths.filter { $0.hasSuffix(".parquet") }.sorted()
    let candidates = parquet.filter { config == nil || self.config(of: $0) == config }
    guard !candidates.isEmpty else {
      throw HubError(
        "\(name) has no configuration '\(config ?? "")'; it has \(list(parquet.map(self.config)))")
    }
    let chosen = matching(candidates, split)
    guard !chosen.isEmpty else {
      throw HubError("\(name) has no split '\(split)'; its Parquet files are \(list(candidates))")
    }
    let configs = Set(chosen.map(self.config))
    guard configs.count == 1 else {
      throw HubError(
        "\(name) has several configurations; choose one with --config: \(list(configs))")
    }
    return chosen
  }

  /// The splits that there are: train, validation and test first, then those
  /// that shards are named for.
  static func splits(in paths: [String]) -> [String] {
    let parquet = paths.filter { $0.hasSuffix(".parquet") }
    let usual = ["train", "validation", "test"].filter { !matching(parquet, $0).isEmpty }
    let others = parquet.compactMap { path -> String? in
      let parts = (path.split(separator: "/").last ?? "").split(separator: "-")
      guard parts.count >= 4, parts[2] == "of" else { return nil }
      return String(parts[0])
    }
    let found = usual + Set(others).subtracting(usual).sorted()
    return found.isEmpty ? ["train"] : found
  }

  /// `data/` and directories named for a split are no configuration's.
  static func config(of path: String) -> String {
    let parts = path.split(separator: "/")
    guard parts.count > 1, parts[0] != "data", !isAnySplit(parts[0]) else { return "default" }
    return String(parts[0])
  }

  /// In order: shards as `push_to_hub` names them, directories, file names;
  /// where nothing at all names a split, everything is `train`.
  private static func matching(_ paths: [String], _ split: String) -> [String] {
    let words = keywords[split] ?? [split]
    let rules: [(String) -> Bool] = [
      { isShard($0, of: split) },
      { path in path.split(separator: "/").dropLast().contains { names($0, words) } },
      { path in names(path.split(separator: "/").last ?? "", words) },
    ]
    for rule in rules {
      let found = paths.filter(rule)
      if !found.isEmpty { return found }
    }
    let namesNone = !paths.contains { $0.split(separator: "/").contains(where: isAnySplit) }
    return split == "train" && namesNone ? paths : []
  }

  /// `train-00000-of-00003…`
  private static func isShard(_ path: String, of split: String) -> Bool {
    let file = path.split(separator: "/").last ?? ""
    guard file.hasPrefix(split + "-") else { return false }
    let parts = file.dropFirst(split.count + 1).split(separator: "-")
    return parts.count >= 3 && parts[0].count == 5 && parts[1] == "of"
      && parts[0].allSatisfy(\.isNumber)
  }

  private static func isAnySplit(_ part: Substring) -> Bool {
    keywords.values.contains { names(part, $0) }
  }

  /// Whether one of `words` stands in `part` between separators: `-._`, a
  /// space, a digit, an end.
  private static func names(_ part: Substring, _ words: [String]) -> Bool {
    part.split { "-._ 0123456789".contains($0) }.contains { words.contains(String($0)) }
  }

  private static func list(_ names: some Sequence<String>) -> String {
    let all = Set(names).sorted()
    let shown = all.prefix(8).joined(separator: ", ")
    return all.isEmpty ? "none" : shown + (all.count > 8 ? " and \(all.count - 8) more" : "")
  }
}

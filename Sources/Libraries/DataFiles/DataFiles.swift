/// The files that make up a data set: which belong to a split, in the order
/// of its rows. One pure function of the paths and the card, the same for a
/// folder and for a repository on the Hub, by the rules of `datasets`
/// (`data_files.py` of version 5.2).
public struct DataFiles: Equatable, Sendable {
  /// A split of the configuration.
  public struct Split: Equatable, Sendable {
    /// Such as `train`.
    public let name: String
    /// In the order of rows.
    public let paths: [String]
    /// Why the split cannot be read, although others can.
    public let problem: String?
  }

  /// The name of the configuration that was chosen.
  public let configuration: String
  /// In the order in which they are read.
  public let splits: [Split]
  /// The separator of CSV files, where the card names one.
  public let separator: String?
  /// What a person should know, without the data set's name.
  public let notes: [String]

  /// Resolves the files.
  ///
  /// - Parameters:
  ///   - paths: all files, relative to the data set's root.
  ///   - card: what the data set says of itself.
  ///   - configuration: the one that is wanted; nil for the default.
  /// - Throws: `DataFilesError` if there is no such configuration or no file
  ///   that rows can be read from.
  public init(
    paths: [String], card: Card = Card(), configuration wanted: String? = nil
  ) throws(DataFilesError) {
    if let chosen = try card.choose(wanted) {
      configuration = chosen.name
      separator = chosen.separator
      notes = []
      let inside = Self.below(chosen.folder, paths)
      if let patterns = chosen.patterns {
        splits = Self.listed(patterns, inside, folder: chosen.folder)
      } else {
        splits = try Self.named(inside, folder: chosen.folder)
      }
      return
    }
    separator = nil
    if let converted = try HubConversion(paths, wanted) {
      configuration = converted.configuration
      splits = converted.splits
      notes = []
    } else if let wanted, wanted != "default" {
      configuration = wanted
      let inside = Self.below(wanted, paths)
      guard !wanted.isEmpty, !inside.isEmpty else {
        throw DataFilesError("no configuration is called \([wanted].shown()); there is default")
      }
      splits = try Self.named(inside, folder: wanted)
      notes = []
    } else {
      configuration = "default"
      splits = try Self.named(paths, folder: "")
      notes = Self.mixedFolders(splits)
    }
  }

  /// The splits to be read: the one that is wanted, or all.
  ///
  /// - Throws: `DataFilesError` if there is none so called, or one that is to
  ///   be read cannot be.
  public func chosen(_ wanted: String?) throws(DataFilesError) -> [Split] {
    let chosen = splits.filter { wanted == nil || $0.name == wanted }
    if let wanted, chosen.isEmpty {
      throw DataFilesError(
        "no split is called \([wanted].shown()); "
          + (configuration == "default" ? "" : "configuration \(configuration) has ")
          + splits.map(\.name).shown())
    }
    for split in chosen {
      if let problem = split.problem { throw DataFilesError("split \(split.name): \(problem)") }
    }
    return chosen
  }

  /// The paths in `folder`, relative to it.
  private static func below(_ folder: String, _ paths: [String]) -> [String] {
    guard !folder.isEmpty else { return paths }
    return paths.filter { $0.hasPrefix(folder + "/") }.map {
      String($0.dropFirst(folder.count + 1))
    }
  }

  /// Splits by the card's patterns. What it lists twice is taken once.
  private static func listed(
    _ patterns: [(split: String, patterns: [String])], _ paths: [String], folder: String
  ) -> [Split] {
    let sorted = paths.sortedByBytes()
    return patterns.map { name, patterns in
      var files = OrderedPaths()
      var problem: String?
      for pattern in patterns {
        if pattern.contains("://") {
          problem = "\([pattern].shown()): addresses in data_files are not read"
        }
        let glob = Glob(pattern)
        let found = sorted.filter { !Ignored.contains($0, but: glob) && glob.matches($0) }
        if found.isEmpty, !Glob.hasMagic(pattern) {
          problem = "there is no file \([pattern].shown())"
        }
        files.append(found)
      }
      if files.paths.isEmpty, problem == nil {
        problem = "no file matches \(patterns.shown(3))"
      }
      return SplitFiles(files.paths, problem: problem).split(name, folder: folder)
    }
  }

  /// Splits by the names of files: shards in `data/`, else keywords in the
  /// names of folders, else in those of files, else everything is `train`.
  private static func named(
    _ paths: [String], folder: String
  ) throws(DataFilesError) -> [Split] {
    if let state = paths.first(where: { $0 == "state.json" || $0.hasSuffix("/state.json") }),
      paths.contains(where: { $0.hasSuffix(".arrow") })
    {
      throw DataFilesError(
        "\(state): saved by save_to_disk, whose Arrow files are not read; "
          + "write it with to_parquet, or with push_to_hub")
    }
    let all = Glob("**")
    let sorted = paths.sortedByBytes().filter {
      !Ignored.contains($0, but: all) && all.matches($0)
    }
    let shards = sharded(sorted)
    var found = shards.isEmpty ? keyworded(sorted, .folders) : shards
    if found.isEmpty { found = keyworded(sorted, .name) }
    if found.isEmpty, !sorted.isEmpty { found = [("train", sorted)] }
    let splits = found.map { SplitFiles($0.paths, problem: nil).split($0.name, folder: folder) }
    guard splits.contains(where: { !$0.paths.isEmpty }) else {
      let problem = splits.lazy.compactMap(\.problem).first
      throw DataFilesError(problem ?? "no data files", isEmpty: true)
    }
    return splits.filter { !$0.paths.isEmpty || $0.problem != SplitFiles.nothing }
  }

  /// `data/NAME-00000-of-00003….parquet`: NAME is the split, just so.
  private static func sharded(_ sorted: [String]) -> [(name: String, paths: [String])] {
    var splits: [String: [String]] = [:]
    for path in sorted {
      let parts = path.split(separator: "/")
      guard parts.count == 2, parts[0] == "data", parts[1].contains("."),
        let shard = Shard(path), shard.isFollowedByDot
      else { continue }
      splits[shard.prefix, default: []].append(path)
    }
    let usual = SplitKeywords.all.map(\.split)
    let names = usual + splits.keys.filter { !usual.contains($0) }.sortedByBytes()
    return names.compactMap { name in splits[name].map { (name, $0) } }
  }

  /// A file of which several splits could be told is of the first.
  private static func keyworded(
    _ sorted: [String], _ place: SplitKeywords.Place
  ) -> [(name: String, paths: [String])] {
    var left = sorted
    var splits: [(name: String, paths: [String])] = []
    for keywords in SplitKeywords.all {
      var found: [(rank: Int, path: String)] = []
      left.removeAll { path in
        guard let rank = keywords.rank(of: path, in: place) else { return false }
        found.append((rank, path))
        return true
      }
      guard !found.isEmpty else { continue }
      // The paths are sorted, and equal ranks keep their order.
      let ranks = Set(found.map(\.rank)).sorted()
      let paths = ranks.flatMap { rank in found.filter { $0.rank == rank }.map(\.path) }
      splits.append((keywords.split, paths))
    }
    return splits
  }

  /// `datasets` reads the folders of what could be configurations as one.
  private static func mixedFolders(_ splits: [Split]) -> [String] {
    for split in splits {
      let tops = Set(
        split.paths.map { $0.split(separator: "/") }.filter { $0.count > 1 }.map { $0[0] })
      guard tops.count > 1, !tops.contains("data") else { continue }
      let isSplitFolder = { (top: Substring) in
        SplitKeywords.all.contains { $0.rank(of: "\(top)/x", in: .folders) != nil }
      }
      guard !tops.contains(where: isSplitFolder) else { continue }
      return [
        "split \(split.name) is read from the folders \(tops.map(String.init).sorted().shown()) "
          + "as one; choose one with --config"
      ]
    }
    return []
  }
}

/// Paths, each once, in the order in which they came.
private struct OrderedPaths {
  private(set) var paths: [String] = []
  private var seen: Set<String> = []

  mutating func append(_ more: [String]) {
    paths += more.filter { seen.insert($0).inserted }
  }
}

/// Files that hold no rows by their name alone.
private enum Ignored {
  private static let names: Set<Substring> = [
    "README.md", "config.json", "dataset_info.json", "dataset_infos.json", "dummy_data.zip",
    "dataset_dict.json",
  ]

  static func contains(_ path: String, but glob: Glob) -> Bool {
    guard let name = path.split(separator: "/").last else { return true }
    return names.contains(name) && name != glob.basename
  }
}

/// What of a split's files rows are read from. As in `datasets` the most
/// common extension tells the format, and files of others are left out.
struct SplitFiles {
  private var paths: [String]
  private var problem: String?

  /// What is said where no file has a known extension.
  static let nothing = "none of its files is Parquet, JSON, JSON Lines, CSV or metadata of images"

  init(_ paths: [String], problem: String?) {
    self.problem = problem
    self.paths = paths
    if problem == nil { chooseFormat() }
  }

  /// The split, with its paths relative to the data set's root.
  func split(_ name: String, folder: String) -> DataFiles.Split {
    var problem = problem
    if problem == nil { problem = Shard.missing(among: paths) }
    if problem == nil, let part = paths.first(where: Self.isPartial) {
      problem = "\(part) is only a part of the data; the Hub converted no more"
    }
    let prefix = folder.isEmpty ? "" : folder + "/"
    return DataFiles.Split(name: name, paths: paths.map { prefix + $0 }, problem: problem)
  }

  private static func isPartial(_ path: String) -> Bool {
    path.split(separator: "/").dropLast().contains { $0.hasPrefix("partial-") }
  }

  private mutating func chooseFormat() {
    let files = paths.map(FileKind.init)
    guard let kind = FileKind.mostCommon(files) else {
      let archives = paths.filter { path in
        [".zip", ".tar", ".tar.gz", ".tgz"].contains { path.lowercased().hasSuffix($0) }
      }
      problem =
        archives.isEmpty
        ? Self.nothing
        : "its rows are in an archive, \(archives.shown(1)); unpack it, or name it with --images"
      paths = []
      return
    }
    let chosen = zip(paths, files).filter { $1.isOf(kind) }
    if let packed = chosen.first(where: { $1.isCompressed }) {
      problem = "\(packed.0): compressed files are not read; unpack it"
    }
    paths = chosen.map(\.0)
  }
}

/// What a file's name says of its format.
struct FileKind {
  private let name: Substring
  /// The suffixes behind the dots of the name, in lower case.
  private let suffixes: [String]

  init(_ path: String) {
    name = path.split(separator: "/").last ?? ""
    suffixes = name.split(separator: ".", omittingEmptySubsequences: false).dropFirst()
      .map { $0.lowercased() }
  }

  /// The formats that rows are read from.
  enum Format: Equatable {
    case parquet, json, csv
    /// Images, whose rows are in metadata files.
    case metadata
  }

  private static let formats: [String: Format] = [
    "parquet": .parquet, "geoparquet": .parquet, "gpq": .parquet, "json": .json, "jsonl": .json,
    "ndjson": .json, "csv": .csv, "tsv": .csv,
  ]
  private static let images: Set<String> = [
    "jpg", "jpeg", "jpe", "jfif", "png", "webp", "gif", "bmp", "dib", "tif", "tiff", "ppm", "pgm",
    "pbm", "pnm", "jp2", "j2k", "jpx", "ico", "tga", "avif", "pcx", "psd", "apng",
  ]
  private static let metadataNames: Set<Substring> = [
    "metadata.jsonl", "metadata.csv", "metadata.parquet",
  ]

  private var isMetadata: Bool { Self.metadataNames.contains(name) }

  /// Whether what is at the end of the name packs what is before it.
  var isCompressed: Bool {
    suffixes.count > 1 && ["gz", "bz2", "xz", "zst", "lz4", "zip"].contains(suffixes.last)
  }

  func isOf(_ format: Format) -> Bool {
    if format == .metadata { return isMetadata }
    return suffixes.contains { Self.formats[$0] == format }
  }

  /// The format of the most common extension; in a draw Parquet, JSON Lines,
  /// JSON, CSV in this order. Images stand for their metadata, which counts
  /// only where there is nothing else.
  static func mostCommon(_ files: [FileKind]) -> Format? {
    var counts: [String: Int] = [:]
    var metadataCounts: [String: Int] = [:]
    for file in files {
      for suffix in file.suffixes {
        if file.isMetadata {
          metadataCounts[suffix, default: 0] += 1
        } else {
          counts[suffix, default: 0] += 1
        }
      }
    }
    let hasMetadata = !metadataCounts.isEmpty
    return first(counts, hasMetadata) ?? first(metadataCounts, hasMetadata)
  }

  private static let favourites = ["csv", "json", "jsonl", "parquet"]

  private static func first(_ counts: [String: Int], _ hasMetadata: Bool) -> Format? {
    let ordered = counts.sorted { a, b in
      if a.value != b.value { return a.value > b.value }
      let ranks = [a.key, b.key].map { favourites.firstIndex(of: $0) ?? -1 }
      return ranks[0] != ranks[1] ? ranks[0] > ranks[1] : a.key > b.key
    }
    for (suffix, _) in ordered {
      if let format = formats[suffix] { return format }
      if images.contains(suffix), hasMetadata { return .metadata }
    }
    return nil
  }
}

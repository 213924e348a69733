/// The layout of the Hub's own conversion to Parquet, the branch
/// `refs/convert/parquet`: `CONFIGURATION/SPLIT/0000.parquet`.
struct HubConversion {
  let configuration: String
  let splits: [DataFiles.Split]

  /// nil if the paths are not laid out so.
  ///
  /// - Throws: `DataFilesError` if the configuration cannot be told.
  init?(_ paths: [String], _ wanted: String?) throws(DataFilesError) {
    var files: [(configuration: String, split: String, path: String)] = []
    for path in paths.sortedByBytes() where path.hasSuffix(".parquet") {
      let parts = path.split(separator: "/")
      guard parts.count == 3 else { return nil }
      let stem = parts[2].dropLast(8)
      guard stem.count == 4, stem.allSatisfy(\.isASCIIDigit) else { return nil }
      files.append((String(parts[0]), String(parts[1]), path))
    }
    guard !files.isEmpty else { return nil }
    var names: [String] = []
    for file in files where names.last != file.configuration { names.append(file.configuration) }
    if let wanted, !names.contains(wanted) {
      throw DataFilesError(
        "no configuration is called \([wanted].shown()); there are \(names.shown(40))")
    }
    guard let chosen = wanted ?? (names.count == 1 ? names[0] : names.first { $0 == "default" })
    else {
      throw DataFilesError(
        "several configurations and none is the default; choose one with --config: "
          + names.shown(40))
    }
    configuration = chosen
    let all = files.filter { $0.configuration == chosen }
    var found: [String: [String]] = [:]
    for file in all {
      let isPartial = file.split.hasPrefix("partial-")
      found[isPartial ? String(file.split.dropFirst(8)) : file.split, default: []].append(file.path)
    }
    let usual = ["train", "validation", "test"]
    let order = usual + found.keys.filter { !usual.contains($0) }.sortedByBytes()
    splits = order.compactMap { name in
      found[name].map { SplitFiles($0, problem: Self.gap($0)).split(name, folder: "") }
    }
  }

  /// The Hub numbers the files from 0 on.
  private static func gap(_ paths: [String]) -> String? {
    for (index, path) in paths.enumerated() {
      guard let number = Int(path.split(separator: "/")[2].dropLast(8)), number != index else {
        continue
      }
      return "the file before \(path) is missing"
    }
    return nil
  }
}

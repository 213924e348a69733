/// The split that a single file's path says it is of.
public enum SplitName {
  /// What `datasets` calls the split of files that say none.
  public static let usual = "train"

  /// nil if the path says none. The name of a shard says it just so; a
  /// keyword in the file's name stands for the usual split; metadata and
  /// numbered files are of the folder around them.
  public static func of(_ path: String) -> String? {
    if let shard = Shard(path) { return shard.prefix }
    let parts = path.split(separator: "/")
    guard let name = parts.last else { return nil }
    let folder = parts.count > 1 ? String(parts[parts.count - 2]) : nil
    let stem = name.prefix { $0 != "." }
    if stem == "metadata" {
      return folder.flatMap { keyword("\($0)/x", .folders) }
    }
    if let split = keyword(String(name), .name) { return split }
    guard !stem.isEmpty, stem.allSatisfy(\.isASCIIDigit), let folder,
      folder != "data", folder.contains(where: { $0 != "." }), !folder.hasPrefix("partial-")
    else { return nil }
    return folder
  }

  private static func keyword(_ path: String, _ place: SplitKeywords.Place) -> String? {
    SplitKeywords.all.first { $0.rank(of: path, in: place) != nil }?.split
  }
}

/// The split that a file's name tells, as the Hub names files.
///
/// `train-00000-of-00001.parquet` and `test-00000-of-00003-2a1c3b2e8e1f6a7d.parquet` are what
/// `datasets` uploads, `train/0000.parquet` is what the Hub converts to, `validation.parquet` is
/// what people write by hand.
/// https://huggingface.co/docs/datasets/repository_structure
struct SplitName: Equatable {
  /// As the row's `split`.
  let split: String

  /// What `datasets` calls the split of files that tell none.
  static let usual = "train"

  /// Names that stand for a split all by themselves.
  private static let plain = [
    "train": "train", "training": "train", "test": "test", "testing": "test",
    "validation": "validation", "valid": "validation", "val": "validation", "dev": "validation",
  ]

  /// nil if the name tells no split.
  init?(ofFileAt path: String) {
    let parts = path.split(separator: "/")
    guard let name = parts.last else { return nil }
    let stem = name.prefix { $0 != "." }
    if let split = SplitName.shard(name) ?? SplitName.plain[stem.lowercased()] {
      self.split = split
    } else if parts.count > 1, stem.allSatisfy(\.isASCIIDigit), !stem.isEmpty {
      let folder = String(parts[parts.count - 2])
      // The Hub marks what it converted only in part.
      let whole = folder.hasPrefix("partial-") ? String(folder.dropFirst(8)) : folder
      guard whole != "data", whole != ".", whole != ".." else { return nil }
      split = SplitName.plain[whole] ?? whole
    } else {
      return nil
    }
  }

  /// The split of a folder of images: `images/test/metadata.jsonl`. nil if it tells none.
  init?(ofFolderAround path: String) {
    guard let folder = path.split(separator: "/").dropLast().last,
      let split = SplitName.plain[folder.lowercased()]
    else { return nil }
    self.split = split
  }

  /// The `test` of `test-00000-of-00003.parquet`: at least five digits on both sides.
  private static func shard(_ name: Substring) -> String? {
    let parts = name.prefix { $0 != "." }.split(
      separator: "-", omittingEmptySubsequences: false)
    for index in parts.indices.dropFirst().dropLast(2) where parts[index + 1] == "of" {
      guard isNumber(parts[index]), isNumber(parts[index + 2]), index + 4 >= parts.count else {
        continue
      }
      let split = parts[..<index].joined(separator: "-")
      return split.isEmpty ? nil : split
    }
    return nil
  }

  private static func isNumber(_ text: Substring) -> Bool {
    text.count >= 5 && text.allSatisfy(\.isASCIIDigit)
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}

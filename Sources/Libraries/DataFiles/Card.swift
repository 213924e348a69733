/// What a data set's card says of its files: the `configs` of the YAML front
/// matter of README.md, or of `.huggingface.yaml`
/// (https://huggingface.co/docs/hub/datasets-manual-configuration).
public struct Card: Equatable, Sendable {
  /// The files, in a repository, that say something; the last has the last word.
  public static let paths = ["README.md", ".huggingface.yaml"]

  /// One configuration as it is written.
  struct Configuration: Equatable, Sendable {
    let name: String
    let isDefault: Bool
    /// Patterns of each split; nil if the names of the files tell the splits.
    let patterns: [(split: String, patterns: [String])]?
    /// What the patterns are relative to.
    let folder: String
    /// The separator of CSV files.
    let separator: String?

    static func == (a: Self, b: Self) -> Bool {
      a.name == b.name && a.isDefault == b.isDefault && a.folder == b.folder
    }
  }

  /// Empty if the card says nothing of them.
  private(set) var configurations: [Configuration] = []
  /// The configurations that `dataset_info` describes.
  private var described: [String] = []

  /// A card that says nothing.
  public init() {}

  /// Reads the file at `path`, one of `paths`, on top of what is known.
  ///
  /// - Throws: `DataFilesError` if it is not what `datasets` takes.
  public mutating func read(_ text: String, of path: String) throws(DataFilesError) {
    let isYAML = path.hasSuffix(".yaml")
    guard let yaml = isYAML ? text : Self.frontMatter(of: text) else { return }
    let document: YAML
    do throws(YAML.Malformed) {
      document = try YAML(parsing: yaml)
    } catch {
      throw DataFilesError("\(path): not YAML: \(error)")
    }
    if let configs = document["configs"], !configs.isNull, configs != .sequence([]) {
      guard let elements = configs.elements else {
        throw DataFilesError("\(path): configs is not a list")
      }
      configurations = []
      for element in elements {
        let configuration = try Self.configuration(element, path)
        configurations.removeAll { $0.name == configuration.name }
        configurations.append(configuration)
      }
    }
    if let info = document["dataset_info"] {
      described = (info.elements ?? [info]).map { $0["config_name"]?.text ?? "default" }
    }
  }

  /// What stands between the first line `---` and the next.
  private static func frontMatter(of text: String) -> String? {
    let bytes = text.utf8.map { $0 == 0x0D ? 0x0A : $0 }
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)[...]
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A }
    if lines.first?.starts(with: [0xEF, 0xBB, 0xBF]) == true, let first = lines.first {
      lines[lines.startIndex] = first.dropFirst(3)
    }
    lines = lines.drop { $0.allSatisfy(isSpace) }
    let marks = Array("---".utf8)
    guard let first = lines.popFirst(), first.drop(while: isSpace).elementsEqual(marks),
      let end = lines.firstIndex(where: {
        $0.starts(with: marks) && $0.dropFirst(3).allSatisfy(isSpace)
      })
    else { return nil }
    return String(decoding: Array(lines[..<end].joined(separator: [0x0A])), as: UTF8.self)
  }

  private static func configuration(
    _ yaml: YAML, _ path: String
  ) throws(DataFilesError) -> Configuration {
    guard let name = yaml["config_name"]?.text, !name.isEmpty else {
      throw DataFilesError("\(path): a configuration has no config_name")
    }
    let folder = yaml["data_dir"]?.text ?? ""
    return Configuration(
      name: name, isDefault: yaml["default"]?.isTrue ?? false,
      patterns: try patterns(yaml["data_files"], "\(path): configuration \([name].shown())"),
      folder: folder.split(separator: "/").filter { $0 != "." }.joined(separator: "/"),
      separator: yaml["sep"]?.text ?? yaml["delimiter"]?.text)
  }

  /// A pattern, a list of patterns, or a list of `split` and `path`.
  private static func patterns(
    _ yaml: YAML?, _ context: String
  ) throws(DataFilesError) -> [(split: String, patterns: [String])]? {
    guard let yaml, yaml.text != nil || yaml.elements != nil else { return nil }
    if let pattern = yaml.text { return [("train", [pattern])] }
    let elements = yaml.elements ?? []
    let plain = elements.compactMap(\.text)
    if plain.count == elements.count { return [("train", plain)] }
    var splits: [(split: String, patterns: [String])] = []
    for element in elements {
      let paths = element["path"].flatMap { $0.text.map { [$0] } ?? $0.elements?.map(\.text) }
      guard let split = element["split"]?.text, let paths, !paths.contains(nil) else {
        throw DataFilesError("\(context): data_files holds neither paths nor splits with a path")
      }
      guard !splits.contains(where: { $0.split == split }) else {
        throw DataFilesError("\(context): the split \([split].shown()) stands twice in data_files")
      }
      splits.append((split, paths.compactMap(\.self)))
    }
    return splits
  }

  /// The configuration that is wanted; nil if the card names none at all.
  func choose(_ wanted: String?) throws(DataFilesError) -> Configuration? {
    guard !configurations.isEmpty else { return nil }
    let names = configurations.map(\.name)
    if let wanted {
      guard let found = configurations.first(where: { $0.name == wanted }) else {
        throw DataFilesError(
          "no configuration is called \([wanted].shown()); there are \(names.shown(40))")
      }
      return found
    }
    if configurations.count == 1 { return configurations[0] }
    let usual = configurations.filter { $0.isDefault || $0.name == "default" }
    guard usual.count <= 1 else {
      throw DataFilesError(
        "several configurations are the default: \(usual.map(\.name).shown()); "
          + "choose one with --config")
    }
    if let found = usual.first { return found }
    if described.count == 1, let found = configurations.first(where: { $0.name == described[0] }) {
      return found
    }
    throw DataFilesError(
      "several configurations and none is the default; choose one with --config: "
        + names.shown(40))
  }
}

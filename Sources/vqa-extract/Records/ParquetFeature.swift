import Parquet
import Shared

/// What `datasets` says of a field in the footer's `huggingface` metadata:
/// which numbers stand for classes, and what is a picture.
indirect enum ParquetFeature {
  case plain
  case image
  /// The names of the classes, by number.
  case classes([String])
  case list(ParquetFeature)
  case group([String: ParquetFeature])

  /// The features of all columns, as a group.
  init(of file: ParquetFile) {
    let metadata = file.metadata("huggingface").flatMap {
      try? JSONValue(parsing: Array($0.utf8))
    }
    self = metadata?["info"]?["features"].map { ParquetFeature($0) } ?? .plain
  }

  private init(_ json: JSONValue, depth: Int = 0) {
    self = .plain
    guard depth < 32 else { return }
    if let elements = json.elements {
      // A list in the old form is a list of one feature.
      if elements.count == 1 { self = .list(ParquetFeature(elements[0], depth: depth + 1)) }
      return
    }
    switch json["_type"]?.string {
    case "Image": self = .image
    case "ClassLabel":
      let names = json["names"]?.elements?.map { $0.string ?? "" } ?? []
      if !names.isEmpty { self = .classes(names) }
    case "List", "LargeList", "Sequence":
      if let feature = json["feature"] { self = .list(ParquetFeature(feature, depth: depth + 1)) }
    case nil:
      var fields: [String: ParquetFeature] = [:]
      for (name, value) in json.members ?? [] where value.kind != .string {
        fields[name] = ParquetFeature(value, depth: depth + 1)
      }
      self = .group(fields)
    default: break
    }
  }

  var isImage: Bool {
    if case .image = self { return true }
    return false
  }

  /// The feature of a list's elements.
  var element: ParquetFeature {
    if case .list(let feature) = self { return feature }
    return .plain
  }

  /// The feature of a member.
  subscript(name: String) -> ParquetFeature {
    if case .group(let fields) = self { return fields[name] ?? .plain }
    return .plain
  }

  /// Whether there are classes somewhere in it.
  var hasClasses: Bool {
    switch self {
    case .plain, .image: false
    case .classes: true
    case .list(let feature): feature.hasClasses
    case .group(let fields): fields.values.contains { $0.hasClasses }
    }
  }

  /// The value with the names of classes for their numbers.
  func named(_ value: FieldValue) -> FieldValue {
    guard hasClasses else { return value }
    switch (self, value) {
    case (.classes(let names), .literal):
      guard let number = value.integer, number != -1 else { return .null }
      guard names.indices.contains(number) else {
        return .unreadable("class \(number) of \(names.count)")
      }
      return .text(Array(names[number].utf8))
    case (.list(let feature), .list(let elements)):
      return .list(elements.map { feature.named($0) })
    case (.list(.group(let fields)), .group(let members)):
      // A sequence of groups is stored as a group of lists.
      return .group(
        members.map { ($0.name, ParquetFeature.list(fields[$0.name] ?? .plain).named($0.value)) })
    case (.group(let fields), .group(let members)):
      return .group(members.map { ($0.name, (fields[$0.name] ?? .plain).named($0.value)) })
    default: return value
    }
  }
}

extension Schema {
  /// A field as a reader of rows sees it: a value, a group of fields or a list,
  /// without the groups that Parquet wraps around the elements of a list.
  ///
  /// `Schema.Node` is the tree as the file stores it; this is what it means by
  /// the rules of the format for lists and maps, the old layouts included.
  /// https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#nested-types
  public struct Field: Sendable {
    /// What a field holds.
    public indirect enum Kind: Sendable {
      /// One value of a column.
      case scalar(Leaf)
      /// Fields side by side.
      case group([Field])
      /// Any number of values, each as this field says. The elements of a map
      /// are groups of a key and, as a rule, a value.
      case list(Field)
    }

    /// The field's name in the group around it; of a list's element the name
    /// that the writer chose, such as `element` or `item`.
    public let name: String
    /// The number that the writer gave the field, if it did.
    public let id: Int32?
    /// Whether the field itself may be null.
    public let isOptional: Bool
    /// What it holds.
    public let kind: Kind

    /// The definition level from which the field is not null.
    let definitionLevel: Int
    /// For a list, the levels of the repeated field in it.
    let repeated: Levels

    /// The levels of a repeated field: the repetition level of its second and
    /// later elements, and the definition level from which it has an element.
    struct Levels: Sendable {
      var repetition = 0
      var definition = 0
    }
  }

  /// The fields at the top, in order.
  public var fields: [Field] { columns.map { Field($0) } }

  /// The field at the top called `name`.
  public func field(_ name: String) -> Field? { self[name].map { Field($0) } }
}

extension Schema.Field {
  /// The columns below, in order.
  public var leaves: [Schema.Leaf] {
    switch kind {
    case .scalar(let leaf): [leaf]
    case .group(let fields): fields.flatMap(\.leaves)
    case .list(let element): element.leaves
    }
  }

  /// Whether there is a list anywhere in the field. If not, its leaves can be
  /// read one by one with `ParquetFile.column(_:)`, without making a `Value`.
  public var hasLists: Bool {
    switch kind {
    case .scalar: false
    case .group(let fields): fields.contains(where: \.hasLists)
    case .list: true
    }
  }

  /// The field called `name` in this group, or in the groups that this list
  /// (of lists) holds.
  public subscript(_ name: String) -> Schema.Field? {
    switch kind {
    case .scalar: nil
    case .group(let fields): fields.first { $0.name == name }
    case .list(let element): element[name]
    }
  }

  /// The same field with only those fields below it that one of `paths` leads
  /// to; nil if a path leads nowhere. Only their columns are then read.
  ///
  /// A path is the names of groups' fields from this field down, without a step
  /// for lists: `["value"]` selects the values of `[{from, value}, …]`. An empty
  /// path selects all of the field.
  public func selecting(_ paths: [[String]]) -> Schema.Field? {
    guard !paths.contains([]), !paths.isEmpty else { return self }
    switch kind {
    case .scalar: return nil
    case .list(let element): return element.selecting(paths).map { with(.list($0)) }
    case .group(let fields):
      guard paths.allSatisfy({ path in fields.contains { $0.name == path[0] } }) else { return nil }
      var selected: [Schema.Field] = []
      for field in fields {
        let below = paths.filter { $0[0] == field.name }.map { Array($0.dropFirst()) }
        if below.isEmpty { continue }
        guard let inner = field.selecting(below) else { return nil }
        selected.append(inner)
      }
      return with(.group(selected))
    }
  }

  private func with(_ kind: Kind) -> Schema.Field {
    Schema.Field(
      name: name, id: id, isOptional: isOptional, kind: kind, definitionLevel: definitionLevel,
      repeated: repeated)
  }
}

// MARK: - From the stored tree

extension Schema.Field {
  /// What `node` means. A repeated field that no list is declared around is a
  /// list of its own, which is never null.
  init(_ node: Schema.Node) {
    guard node.repetition == .repeated else {
      self.init(one: node)
      return
    }
    self.init(
      name: node.name, id: node.id, isOptional: false, kind: .list(Schema.Field(one: node)),
      definitionLevel: node.definitionLevel - 1, repeated: node.levels)
  }

  /// What `node` means, its own repetition left out.
  private init(one node: Schema.Node) {
    var repeated = Levels()
    if let leaf = node.leaf {
      kind = .scalar(leaf)
    } else if let wrapper = node.repeatedChild, node.logicalType == .list {
      kind = .list(Schema.Field.element(wrapper, of: node))
      repeated = wrapper.levels
    } else if let wrapper = node.repeatedChild, node.logicalType == .map {
      kind = .list(Schema.Field(one: wrapper))
      repeated = wrapper.levels
    } else {
      kind = .group(node.children.map { Schema.Field($0) })
    }
    name = node.name
    id = node.id
    isOptional = node.repetition == .optional
    definitionLevel = node.definitionLevel
    self.repeated = repeated
  }

  /// The element of `list`, whose only field is `wrapper`.
  ///
  /// Today's layout has a group around each element. In older ones the repeated
  /// field is the element itself: a value, a group of several fields, or a group
  /// with a telling name.
  private static func element(_ wrapper: Schema.Node, of list: Schema.Node) -> Schema.Field {
    guard wrapper.leaf == nil, wrapper.children.count == 1,
      wrapper.children[0].repetition != .repeated,
      wrapper.logicalType != .list, wrapper.logicalType != .map,
      wrapper.name != "array", wrapper.name != list.name + "_tuple"
    else { return Schema.Field(one: wrapper) }
    return Schema.Field(wrapper.children[0])
  }
}

extension Schema.Node {
  /// The only child, if it is repeated.
  fileprivate var repeatedChild: Schema.Node? {
    guard children.count == 1, children[0].repetition == .repeated else { return nil }
    return children[0]
  }

  fileprivate var levels: Schema.Field.Levels {
    Schema.Field.Levels(repetition: repetitionLevel, definition: definitionLevel)
  }
}

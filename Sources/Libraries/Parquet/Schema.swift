/// The columns of a file: a tree of groups whose leaves hold the values.
public struct Schema: Sendable {
  /// A field: a group with children, or a leaf.
  public struct Node: Sendable {
    /// The field's name in the group around it.
    public let name: String
    /// How often it occurs there.
    public let repetition: Repetition
    /// The fields of a group, empty for a leaf.
    public let children: [Node]
    /// What a leaf holds, nil for a group.
    public let leaf: Leaf?
    /// The number that the writer gave the field, if it did.
    public let id: Int32?
    /// What a group means (a list, a map) or a leaf, if the file says so.
    let logicalType: LogicalType?
    /// The optional or repeated fields on the path, this one included.
    let definitionLevel: Int
    /// The repeated fields on the path, this one included.
    let repetitionLevel: Int

    /// The child called `name`.
    public subscript(_ name: String) -> Node? { children.first { $0.name == name } }
  }

  /// A column with values of its own.
  public struct Leaf: Sendable {
    /// The names from the outermost group to the column.
    public let path: [String]
    /// The column's place among all leaves, counted from 0.
    public let index: Int
    /// How its values are stored.
    public let physicalType: PhysicalType
    /// What its values mean, if the file says so.
    public let logicalType: LogicalType?
    /// Bytes in each value of a fixed-length column, else 0.
    public let typeLength: Int
    /// The definition level of a value that is there: the number of optional or repeated fields
    /// on the path. A lower level says how deep the path was defined.
    public let maximumDefinitionLevel: Int
    /// The number of repeated fields on the path; above 0 the column is inside a list.
    public let maximumRepetitionLevel: Int

    /// The path joined by dots, for messages.
    public var name: String { path.joined(separator: ".") }
  }

  /// The fields at the top.
  public let columns: [Node]
  let leafCount: Int

  /// The field at the top called `name`.
  public subscript(_ name: String) -> Node? { columns.first { $0.name == name } }
}

extension Schema {
  /// Builds the tree from the footer's list.
  init(_ elements: [SchemaElement]) throws(ParquetError) {
    var builder = SchemaBuilder(elements: elements)
    columns = try builder.root()
    leafCount = builder.leafCount
  }
}

private struct SchemaBuilder {
  let elements: [SchemaElement]
  var next = 0
  var leafCount = 0
  var path: [String] = []

  /// More than any writer nests, less than any stack.
  static let maximumDepth = 64

  mutating func root() throws(ParquetError) -> [Schema.Node] {
    guard let root = elements.first else { throw .damaged("the file has no schema") }
    next = 1
    let columns = try children(root.childCount, definition: 0, repetition: 0)
    guard next == elements.count else {
      throw .damaged("the schema holds \(elements.count - next) fields that belong to no group")
    }
    return columns
  }

  private mutating func children(
    _ count: Int, definition: Int, repetition: Int
  ) throws(ParquetError) -> [Schema.Node] {
    guard count >= 0, count <= elements.count - next else {
      throw .damaged("a group of the schema claims \(count) fields")
    }
    var nodes: [Schema.Node] = []
    for _ in 0..<count { nodes.append(try node(definition, repetition)) }
    return nodes
  }

  private mutating func node(
    _ definition: Int, _ repetition: Int
  ) throws(ParquetError) -> Schema.Node {
    guard next < elements.count else { throw .damaged("the schema is cut short") }
    guard path.count < SchemaBuilder.maximumDepth else {
      throw .unsupported("fields nested deeper than \(SchemaBuilder.maximumDepth)")
    }
    let element = elements[next]
    next += 1
    path.append(element.name)
    defer { path.removeLast() }
    let definition = definition + (element.repetition == .required ? 0 : 1)
    let repetition = repetition + (element.repetition == .repeated ? 1 : 0)
    guard let physicalType = element.physicalType else {
      let inner = try children(element.childCount, definition: definition, repetition: repetition)
      return Schema.Node(element, definition, repetition, children: inner)
    }
    if physicalType == .fixedLengthByteArray && element.typeLength <= 0 {
      throw .damaged("column \(path.joined(separator: ".")) has values of no fixed length")
    }
    let leaf = Schema.Leaf(
      path: path, index: leafCount, physicalType: physicalType, logicalType: element.logicalType,
      typeLength: physicalType.byteCount ?? element.typeLength,
      maximumDefinitionLevel: definition, maximumRepetitionLevel: repetition)
    leafCount += 1
    return Schema.Node(element, definition, repetition, leaf: leaf)
  }
}

extension Schema.Node {
  fileprivate init(
    _ element: SchemaElement, _ definition: Int, _ repetition: Int,
    children: [Schema.Node] = [], leaf: Schema.Leaf? = nil
  ) {
    self.init(
      name: element.name, repetition: element.repetition, children: children, leaf: leaf,
      id: element.id, logicalType: element.logicalType, definitionLevel: definition,
      repetitionLevel: repetition)
  }
}

extension PhysicalType {
  /// Bytes of one value, nil if they vary or the schema says.
  var byteCount: Int? {
    switch self {
    case .boolean: 1
    case .int32, .float: 4
    case .int64, .double: 8
    case .int96: 12
    case .byteArray, .fixedLengthByteArray: nil
    }
  }
}

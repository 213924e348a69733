/// Puts together the values of one field from the triplets of its columns.
///
/// The first column of a group or list leads; what the others say about the groups and lists that
/// they share with it must be the same.
struct Assembler {
  /// A field of the schema below the assembler's; plain data, so that walking the tree costs no
  /// reference counts.
  private struct Node {
    enum Kind {
      case scalar
      /// By its number in `groups`.
      case group(Int)
      case list
    }

    let kind: Kind
    let isOptional: Bool
    let definitionLevel: Int
    let repeated: Schema.Field.Levels
    /// The columns below; never empty.
    var columns: Range<Int>
    /// Behind its last descendant among the nodes.
    var end: Int
  }

  /// Depth first: a node, then the nodes below it.
  private var nodes: [Node] = []
  /// The names of the nodes, for messages.
  private var names: [String] = []
  /// The names of the members of each group.
  private(set) var groups: [[String]] = []
  /// The columns below, in order; never empty.
  private var columns: [TripletReader] = []

  /// - Parameter column: makes the reader of a column.
  init(
    _ field: Schema.Field,
    column: (Schema.Leaf) throws(ParquetError) -> TripletReader
  ) throws(ParquetError) {
    try add(field, column)
  }

  private mutating func add(
    _ field: Schema.Field, _ column: (Schema.Leaf) throws(ParquetError) -> TripletReader
  ) throws(ParquetError) {
    let place = nodes.count
    let kind: Node.Kind
    let children: [Schema.Field]
    switch field.kind {
    case .scalar: (kind, children) = (.scalar, [])
    case .list(let element): (kind, children) = (.list, [element])
    case .group(let fields):
      guard !fields.isEmpty else { throw .damaged("group \(field.name) holds no columns") }
      (kind, children) = (.group(groups.count), fields)
      groups.append(fields.map(\.name))
    }
    let first = columns.count
    nodes.append(
      Node(
        kind: kind, isOptional: field.isOptional, definitionLevel: field.definitionLevel,
        repeated: field.repeated, columns: first..<first, end: place))
    names.append(field.name)
    if case .scalar(let leaf) = field.kind { columns.append(try column(leaf)) }
    for child in children { try add(child, column) }
    nodes[place].columns = first..<columns.count
    nodes[place].end = nodes.count
  }

  /// The row group that is being read, counted from 0.
  var rowGroup: Int { columns[0].rowGroup }

  /// Reads the next row; false after the last.
  mutating func readRow(into row: inout RowValue) throws(ParquetError) -> Bool {
    let isThere = try columns[0].startRow()
    for column in 1..<max(1, columns.count) { _ = try columns[column].startRow() }
    guard isThere else { return false }
    var budget = RowBudget()
    try read(0, into: &row, &budget)
    return true
  }

  /// Passes over `count` rows, or as many as there are.
  mutating func skipRows(_ count: Int) throws(ParquetError) {
    for column in columns.indices { try columns[column].skipRows(count) }
  }

  /// Reads the value of a node, whose first triplet the columns stand at, and moves them behind it.
  private mutating func read(
    _ place: Int, into row: inout RowValue, _ budget: inout RowBudget
  ) throws(ParquetError) {
    let node = nodes[place]
    if case .scalar = node.kind {
      return try columns[node.columns.lowerBound].readValue(
        isOptional: node.isOptional, into: &row, &budget)
    }
    try budget.takeValue()
    if node.isOptional, try !isDefined(place, node.definitionLevel) {
      row.append(.null)
      return try pass(node)
    }
    switch node.kind {
    case .scalar: break
    case .group(let number):
      row.append(.group(number))
      var member = place + 1
      while member < node.end {
        try read(member, into: &row, &budget)
        member = nodes[member].end
      }
    case .list:
      let list = row.beginList()
      guard try isDefined(place, node.repeated.definition) else { return try pass(node) }
      row.endList(list, count: try readElements(place, into: &row, &budget))
    }
  }

  /// Reads the elements of a list that has some, and gives their number.
  private mutating func readElements(
    _ place: Int, into row: inout RowValue, _ budget: inout RowBudget
  ) throws(ParquetError) -> Int {
    let (list, element) = (nodes[place], nodes[place + 1])
    if case .scalar = element.kind {
      let column = list.columns.lowerBound
      let count = try columns[column].readElements(
        list.repeated, areOptional: element.isOptional, into: &row, &budget)
      guard let count else { throw noElement(place) }
      return count
    }
    var count = 0
    repeat {
      try read(place + 1, into: &row, &budget)
      count += 1
    } while try hasNextElement(place)
    return count
  }

  /// Whether the current triplets' path is defined at least so deep.
  private func isDefined(_ place: Int, _ level: Int) throws(ParquetError) -> Bool {
    let below = nodes[place].columns
    let isDefined = columns[below.lowerBound].definitionLevel >= level
    for column in below.dropFirst() where (columns[column].definitionLevel >= level) != isDefined {
      throw .damaged("the columns of \(names[place]) do not agree where it is null or empty")
    }
    return isDefined
  }

  /// Whether the current triplets belong to another element of this list.
  private func hasNextElement(_ place: Int) throws(ParquetError) -> Bool {
    let (below, repeated) = (nodes[place].columns, nodes[place].repeated)
    let level = columns[below.lowerBound].repetitionLevel
    for column in below.dropFirst() where columns[column].repetitionLevel != level {
      throw .damaged("the columns of \(names[place]) do not agree about its length")
    }
    guard level >= repeated.repetition else { return false }
    guard level == repeated.repetition, try isDefined(place, repeated.definition) else {
      throw noElement(place)
    }
    return true
  }

  private func noElement(_ place: Int) -> ParquetError {
    let level = columns[nodes[place].columns.lowerBound].repetitionLevel
    return .damaged("repetition level \(level) where list \(names[place]) has no element")
  }

  /// Passes over the triplet that says that something is null or empty.
  private mutating func pass(_ node: Node) throws(ParquetError) {
    for column in node.columns { try columns[column].advance() }
  }
}

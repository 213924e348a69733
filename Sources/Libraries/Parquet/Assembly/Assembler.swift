/// Puts together the values of one field from the triplets of its columns.
///
/// The first column leads; what the others say about the groups and lists that they share with it
/// must be the same.
struct Assembler {
  private indirect enum Shape {
    case scalar(TripletReader)
    case group([Assembler], names: [String])
    case list(Assembler)
  }

  private let field: Schema.Field
  private let shape: Shape
  /// The columns below, in order; never empty.
  let columns: [TripletReader]
  private let first: TripletReader
  private let others: [TripletReader]

  /// - Parameter column: makes the reader of a column.
  init(
    _ field: Schema.Field,
    column: (Schema.Leaf) throws(ParquetError) -> TripletReader
  ) throws(ParquetError) {
    self.field = field
    switch field.kind {
    case .scalar(let leaf):
      let reader = try column(leaf)
      (shape, columns) = (.scalar(reader), [reader])
    case .list(let element):
      let inner = try Assembler(element, column: column)
      (shape, columns) = (.list(inner), inner.columns)
    case .group(let fields):
      guard !fields.isEmpty else { throw .damaged("group \(field.name) holds no columns") }
      var members: [Assembler] = []
      for field in fields { members.append(try Assembler(field, column: column)) }
      shape = .group(members, names: fields.map(\.name))
      columns = members.flatMap(\.columns)
    }
    first = columns[0]
    others = Array(columns.dropFirst())
  }

  /// Reads the value whose first triplet the columns stand at, and moves them behind it.
  func read(_ budget: inout RowBudget) throws(ParquetError) -> Value {
    try budget.takeValue()
    if field.isOptional, try !isDefined(field.definitionLevel) {
      try pass()
      return .null
    }
    switch shape {
    case .scalar(let column):
      let value = try column.value(&budget)
      try column.advance()
      return value
    case .group(let members, let names):
      var values: [Value] = []
      values.reserveCapacity(members.count)
      for member in members { values.append(try member.read(&budget)) }
      return .group(Value.Group(names: names, values: values))
    case .list(let element):
      var elements: [Value] = []
      guard try isDefined(field.repeated.definition) else {
        try pass()
        return .list(elements)
      }
      repeat { elements.append(try element.read(&budget)) } while try hasNextElement()
      return .list(elements)
    }
  }

  /// Whether the current triplets' path is defined at least so deep.
  private func isDefined(_ level: Int) throws(ParquetError) -> Bool {
    let isDefined = first.definitionLevel >= level
    for column in others where (column.definitionLevel >= level) != isDefined {
      throw .damaged("the columns of \(field.name) do not agree where it is null or empty")
    }
    return isDefined
  }

  /// Whether the current triplets belong to another element of this list.
  private func hasNextElement() throws(ParquetError) -> Bool {
    let level = first.repetitionLevel
    for column in others where column.repetitionLevel != level {
      throw .damaged("the columns of \(field.name) do not agree about its length")
    }
    guard level >= field.repeated.repetition else { return false }
    guard level == field.repeated.repetition, try isDefined(field.repeated.definition) else {
      throw .damaged("repetition level \(level) where list \(field.name) has no element")
    }
    return true
  }

  /// Passes over the triplet that says that something is null or empty.
  private func pass() throws(ParquetError) {
    for column in columns { try column.advance() }
  }
}

extension TripletReader {
  /// The current triplet's value, with bytes of its own.
  fileprivate func value(_ budget: inout RowBudget) throws(ParquetError) -> Value {
    try withValue { bytes throws(ParquetError) in
      let scalar = leaf.scalar(bytes)
      guard case .bytes = scalar else { return .scalar(scalar) }
      try budget.takeBytes(bytes.count)
      let copy = unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
      return leaf.isText ? .text(copy) : .bytes(copy)
    }
  }
}

import Parquet
import Testing

/// Lists whose levels or counts lie: one `ParquetError` each, in little time and memory.
struct HostileListTests {
  /// A list of numbers that may be null: definition level 3 is a number, 2 a null, 1 an empty list.
  private static let list: [MadeFile.Field] = [
    .init(name: "root", repetition: 0, children: 1),
    .init(name: "numbers", repetition: 1, isList: true, children: 1),
    .init(name: "list", repetition: 2, children: 1),
    .init(name: "element", repetition: 1),
  ]

  /// A list of groups of two numbers, none of which may be null.
  private static let pairs: [MadeFile.Field] = [
    .init(name: "root", repetition: 0, children: 1),
    .init(name: "pairs", repetition: 1, isList: true, children: 1),
    .init(name: "list", repetition: 2, children: 1),
    .init(name: "element", repetition: 0, children: 2),
    .init(name: "a", repetition: 0), .init(name: "b", repetition: 0),
  ]

  private static func numbers(
    _ repetitions: [(Int, UInt8)], _ definitions: [(Int, UInt8)], values: [Int32] = [],
    count: Int? = nil, claimed: Int? = nil, rows: Int
  ) -> MadeFile {
    let total = count ?? repetitions.reduce(0) { $0 + $1.0 }
    return MadeFile(
      schema: list,
      columns: [
        .init(
          repetitions: repetitions, definitions: definitions, values: values, valueCount: total,
          claimedCount: claimed)
      ], rowCount: rows)
  }

  private static func pairs(
    _ columns: [(repetitions: [(Int, UInt8)], definitions: [(Int, UInt8)])], rows: Int = 1
  ) -> MadeFile {
    MadeFile(
      schema: pairs,
      columns: columns.map { column in
        let count = column.repetitions.reduce(0) { $0 + $1.0 }
        return .init(
          repetitions: column.repetitions, definitions: column.definitions,
          values: [Int32](repeating: 7, count: count), valueCount: count)
      }, rowCount: rows)
  }

  @Test func readsWhatIsSound() throws {
    let file = Self.numbers(
      [(1, 0), (2, 1), (3, 0)], [(1, 3), (1, 2), (1, 3), (1, 1), (1, 0), (1, 3)],
      values: [1, 2, 3], rows: 4)
    #expect(
      try CanonicalText.fields(of: ParquetFile(MemorySource(file.bytes)))
        == ["[i:1,-,i:2]", "[]", "-", "[i:3]"])
    let pairs = Self.pairs([([(1, 0), (1, 1)], [(2, 2)]), ([(1, 0), (1, 1)], [(2, 2)])])
    #expect(
      try CanonicalText.fields(of: ParquetFile(MemorySource(pairs.bytes)))
        == ["[{i:7,i:7},{i:7,i:7}]"])
  }

  static let faults: [(MadeFile, String)] = [
    (numbers([(2, 1)], [(2, 2)], rows: 1), "begins with repetition level 1"),
    (numbers([(3, 0)], [(3, 2)], rows: 2), "more rows than the row group"),
    (numbers([(1, 0), (2, 1)], [(3, 2)], rows: 3), "2 rows less than the row group"),
    (numbers([(1, 0)], [(1, 2)], rows: 2), "1 values for 2 rows"),
    (numbers([(2, 0)], [(2, 2)], claimed: 3, rows: 2), "1 values less than the row group"),
    (numbers([(2, 0)], [(2, 2)], count: 4, claimed: 2, rows: 2), "more values than the row group"),
    (numbers([(1, 0), (1, 1)], [(2, 2)], count: 5, rows: 1), "ends before its values"),
    (numbers([(1, 0)], [(1, 3)], rows: 1), "ends before its values"),
    (numbers([(1, 0), (1, 1)], [(1, 1), (1, 2)], rows: 1), "begins with repetition level 1"),
    (numbers([(1, 0), (1, 1)], [(1, 2), (1, 1)], rows: 1), "has no element"),
    (numbers([(1, 0), (1, 2)], [(2, 2)], rows: 1), "repetition level 2 of 1"),
    (numbers([(1, 0)], [(1, 4)], rows: 1), "definition level 4 of 3"),
    // A few bytes for two thousand million values.
    (
      numbers([(1, 0), (2_000_000_000, 1)], [(2_000_000_001, 2)], rows: 1),
      "more than 4194304 values"
    ),
    (pairs([([(1, 0), (1, 1)], [(2, 2)]), ([(1, 0), (2, 1)], [(3, 2)])]), "about its length"),
    (pairs([([(1, 0)], [(1, 2)]), ([(1, 0)], [(1, 1)])]), "null or empty"),
    (pairs([([(1, 0)], [(1, 0)]), ([(1, 0)], [(1, 2)])]), "null or empty"),
    (pairs([([(1, 0)], [(1, 2)]), ([(2, 0)], [(2, 2)])]), "more rows than the row group"),
  ]

  @Test(.timeLimit(.minutes(15)), arguments: faults.indices)
  func refuses(number: Int) throws {
    let (made, message) = Self.faults[number]
    let error = #expect(throws: ParquetError.self) {
      _ = try CanonicalText.fields(of: ParquetFile(MemorySource(made.bytes)))
    }
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "none")")
    // Nor does passing over it take long.
    if let file = try? ParquetFile(MemorySource(made.bytes)) {
      _ = try? file.reader(file.schema.fields[0]).skip(5)
    }
  }

  @Test(arguments: [(65, "nested deeper"), (2, "claims 2 fields"), (-1, "claims -1 fields")])
  func refusesSchemas(children: Int, message: String) {
    var schema: [MadeFile.Field] = [.init(name: "root", repetition: 0, children: 1)]
    if children == 65 {
      for _ in 0..<children { schema.append(.init(name: "g", repetition: 1, children: 1)) }
    } else {
      schema.append(.init(name: "g", repetition: 1, children: children))
    }
    schema.append(.init(name: "leaf", repetition: 1))
    let made = MadeFile(schema: schema, columns: [], rowCount: 0)
    let error = #expect(throws: ParquetError.self) {
      _ = try ParquetFile(MemorySource(made.bytes))
    }
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "none")")
  }

  @Test func readsOnlyTheSelectedColumns() throws {
    var made = Self.pairs([([(1, 0), (1, 1)], [(2, 2)]), ([(1, 0), (1, 1)], [(2, 2)])])
    // The column that is left out is damaged.
    made.columns[1].definitions = [(2, 9)]
    let file = try ParquetFile(MemorySource(made.bytes))
    let field = try #require(file.schema.field("pairs"))
    let selected = try #require(field.selecting([["a"]]))
    #expect(selected.leaves.map(\.name) == ["pairs.list.element.a"])
    let reader = try file.reader(selected)
    #expect(try reader.next())
    #expect(CanonicalText.text(reader.row) == "[{i:7},{i:7}]")
    #expect(field.selecting([["c"]]) == nil)
    #expect(field.selecting([["a", "b"]]) == nil)
    #expect(throws: ParquetError.self) { _ = try file.reader(field).next() }
  }
}

// The Parquet reader: whatever the bytes, opening them and reading every column and every field
// ends with values or with a ParquetError.
import Parquet

/// Rows read of a column: a few bytes can stand for thousands of millions of rows, which is no
/// fault, but takes as long as it says.
private let maximumRows = 500

/// Values read of a field, for the same reason: a row may hold four million.
private let maximumValues = 100_000

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = unsafe FuzzInput(start, count)
  guard let file = try? ParquetFile(MemorySource(input.bytes)) else { return 0 }
  _ = file.metadata("huggingface")
  for leaf in leaves(file.schema.columns) where leaf.maximumRepetitionLevel == 0 {
    if let column = try? file.column(leaf) { read(column) }
    if let column = try? file.column(leaf), (try? column.skip(maximumRows / 2)) != nil {
      read(column)
    }
  }
  for field in file.schema.fields {
    if let reader = try? file.reader(field) { read(reader) }
    if let reader = try? file.reader(field), (try? reader.skip(maximumRows / 2)) != nil {
      read(reader)
    }
  }
  return 0
}

private func leaves(_ nodes: [Schema.Node]) -> [Schema.Leaf] {
  nodes.flatMap { node in node.leaf.map { [$0] } ?? leaves(node.children) }
}

private func read(_ column: ColumnReader) {
  for _ in 0..<maximumRows {
    guard (try? column.next()) == true else { return }
    let isNull = column.isNull
    let sum = column.withBytes { bytes in
      var sum: UInt8 = 0
      for index in bytes.indices { sum &+= bytes[index] }
      if !isNull, case .text(let text) = column.leaf.scalar(bytes) {
        sum &+= UInt8(truncatingIfNeeded: text.utf8.count)
      }
      return sum
    }
    // Used, so that the reading cannot be left out.
    precondition(Int(sum) < 256)
  }
}

private func read(_ reader: FieldReader) {
  var left = maximumValues
  for _ in 0..<maximumRows {
    guard left > 0, (try? reader.next()) == true else { return }
    left -= reader.row.tokens.count
    var place = 0
    check(reader.row, &place)
    precondition(place == reader.row.tokens.count)
  }
}

/// Goes through a value, whose parts must be where it says.
private func check(_ row: RowValue, _ place: inout Int) {
  let token = row.tokens[place]
  place += 1
  switch token {
  case .text(let range), .spelled(let range), .bytes(let range), .decimal(let range):
    precondition(range.upperBound <= row.bytes.count)
  case .list(let count): for _ in 0..<count { check(row, &place) }
  case .group(let number): for _ in row.groups[number] { check(row, &place) }
  case .null, .boolean, .integer, .unsigned, .float, .double: break
  }
}

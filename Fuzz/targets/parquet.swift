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
    guard left > 0, let value = try? reader.next() else { return }
    left -= size(value)
  }
}

/// How many values it is made of.
private func size(_ value: Value) -> Int {
  switch value {
  case .null, .scalar, .text, .bytes: 1
  case .list(let elements): elements.reduce(1) { $0 + size($1) }
  case .group(let group): group.values.reduce(1) { $0 + size($1) }
  }
}

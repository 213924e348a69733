// libFuzzer's target for the Parquet reader, compiled into its module by run.sh: whatever the
// bytes, opening them and reading every column ends with values or with a ParquetError.

/// Rows read of a column: a few bytes can stand for thousands of millions of rows, which is no
/// fault, but takes as long as it says.
private let maximumRows = 2_000

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzParquet(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
  guard let file = try? ParquetFile(MemorySource(bytes)) else { return 0 }
  _ = file.metadata("huggingface")
  for leaf in leaves(file.schema.columns) {
    if let column = try? file.column(leaf) { read(column) }
    if let column = try? file.column(leaf), (try? column.skip(maximumRows / 2)) != nil {
      read(column)
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
    let sum = column.withBytes { bytes in
      var sum: UInt8 = 0
      for index in bytes.indices { sum &+= bytes[index] }
      if !column.isNull, case .text(let text) = column.leaf.scalar(bytes) {
        sum &+= UInt8(truncatingIfNeeded: text.utf8.count)
      }
      return sum
    }
    // Used, so that the reading cannot be left out.
    precondition(Int(sum) < 256)
  }
}

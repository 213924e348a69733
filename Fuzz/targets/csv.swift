// vqa-extract's CSV reader: records with as many fields as there are columns, or a ToolError.
import Shared

@testable import vqa_extract

/// What libFuzzer calls with each input: its first byte chooses the separator.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = unsafe FuzzInput(start, count)
  let separator = input.bytes.first.map { $0 % 2 == 0 ? UInt8(ascii: ";") : 0x2C } ?? 0x2C
  guard let lines = try? TextLines(path: input.path, encoding: nil),
    let records = try? CSVRecords(lines, name: "input", separator: separator)
  else { return 0 }
  // Each way of reading opens the file anew, which takes the most time.
  switch input.bytes.count % 3 {
  case 0: compose(records)
  case 1: read(records, skipping: 0)
  default: read(records, skipping: 2)
  }
  return 0
}

// vqa-extract's JSON array reader: records, whose fields are sound JSON, or a ToolError.
import Shared

@testable import vqa_extract

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = unsafe FuzzInput(start, count)
  guard let elements = try? JSONElements(path: input.path, encoding: nil, name: "input"),
    let records = try? JSONRecords(JSONArraySource(elements, split: "train"))
  else { return 0 }
  // Each way of reading opens the file anew, which takes the most time.
  switch input.bytes.count % 3 {
  case 0: compose(records)
  case 1: read(records, skipping: 0)
  default: read(records, skipping: 2)
  }
  return 0
}

// vqa-extract's reader of the notebook's results: records, or a ToolError.
import Shared

@testable import vqa_extract

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let path = unsafe FuzzInput(start, count).path
  guard let splits = try? NestedResult.splits(inFileAt: path) else { return 0 }
  for split in splits.prefix(3) {
    guard let source = try? NestedResult.source(path: path, split: split),
      let records = try? JSONRecords(source)
    else { return 0 }
    read(records, skipping: 0)
  }
  return 0
}

// vqa-extract's JSON array reader: records, whose fields are sound JSON, or a ToolError.
import Shared

@testable import vqa_extract

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = unsafe FuzzInput(start, count)
  for skipped in [0, 2] {
    guard let text = try? TextLines(path: input.path, encoding: nil),
      let source = try? JSONArraySource(text, name: "input", split: "train"),
      let records = try? JSONRecords(source)
    else { return 0 }
    read(records, skipping: skipped)
  }
  return 0
}

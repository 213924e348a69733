// vqa-extract's JSON Lines reader: records, whose fields are sound JSON, or a ToolError.
import Shared

@testable import vqa_extract

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = unsafe FuzzInput(start, count)
  for skipped in [nil, 0, 2] {
    guard let text = try? TextLines(path: input.path, encoding: nil),
      let records = try? JSONRecords(JSONLinesSource(text, name: "input"))
    else { return 0 }
    if let skipped { read(records, skipping: skipped) } else { compose(records) }
  }
  return 0
}

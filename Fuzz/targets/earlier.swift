// vqa-merge's reader of earlier results: images, or a ToolError.
import Shared

@testable import vqa_merge

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let path = unsafe FuzzInput(start, count).path
  do throws(ToolError) {
    for isASCII in [true, false] {
      var result = try EarlierResult(path: path)
      while try result.next(PythonSpelling(isASCII: isASCII)) != nil {}
    }
  } catch {
    precondition(!error.description.isEmpty)
  }
  return 0
}

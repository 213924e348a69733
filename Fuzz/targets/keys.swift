// vqa-gemini's key file: keys, or a ToolError that quotes nothing of it.
import Shared

@testable import vqa_gemini

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let text = unsafe FuzzInput(start, count).text
  do throws(ToolError) {
    let keys = try KeySources.parse(text, name: "keys")
    precondition(!keys.isEmpty)
  } catch {
    let message = error.description
    precondition(!message.isEmpty && !message.contains("\n") && message.utf8.count < 400)
  }
  return 0
}

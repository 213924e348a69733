// The rows that all four tools read: the contract's keys of a line in place, and changed rows that
// are sound JSON again; whatever is no row is a JSONError.
import Shared

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  for line in unsafe FuzzInput(start, count).bytes.split(separator: 0x0A) {
    let line = Array(line)
    do throws(JSONError) {
      let view = try RowView(line.span)
      for key in RowKey.allCases { check(view.value(of: key)) }
      precondition((try? JSONValue(parsing: line)) != nil)
    } catch {
      precondition(!error.description.isEmpty && error.description.utf8.count < 400)
    }
  }
  return 0
}

private func check(_ value: JSONValue?) {
  guard let value else { return }
  precondition((try? JSONValue(parsing: Array(value.text))) != nil)
  guard let text = value.string else { return }
  var quoted: [UInt8] = []
  JSONText.appendQuoted(text, to: &quoted)
  precondition((try? JSONValue(parsing: quoted))?.string == text)
  if let bytes = Base64.decode(Array(text.utf8).span) {
    var again: [UInt8] = []
    Base64.encode(bytes.span, to: &again)
    precondition(Base64.decode(again.span) == bytes)
  }
}

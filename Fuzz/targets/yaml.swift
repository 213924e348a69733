// The reader of YAML: a value, or YAML.Malformed in one short line.
@testable import DataFiles

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let text = unsafe FuzzInput(start, count).text
  do throws(YAML.Malformed) {
    let yaml = try YAML(parsing: text)
    precondition(depth(yaml) <= 65)
  } catch {
    precondition(!error.description.isEmpty && error.description.utf8.count < 400)
  }
  return 0
}

private func depth(_ yaml: YAML) -> Int {
  switch yaml {
  case .scalar: 1
  case .sequence(let elements): 1 + (elements.map(depth).max() ?? 0)
  case .mapping(let members): 1 + (members.map { depth($0.value) }.max() ?? 0)
  }
}

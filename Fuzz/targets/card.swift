// Data sets' cards and the resolver of data files: splits of paths that are there, or a
// DataFilesError in one short line. An input is a card, a NUL, and the paths, one a line; its first
// byte says which of the two files with a card it is.
@testable import DataFiles

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let parts = unsafe FuzzInput(start, count).bytes.split(
    separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
  let file = Card.paths[Int(parts[0].first ?? 0) % Card.paths.count]
  let text = String(decoding: parts[0].dropFirst(), as: UTF8.self)
  let lines = parts.count > 1 ? parts[1].split(separator: 0x0A) : []
  let paths = lines.map { String(decoding: $0, as: UTF8.self) }
  do throws(DataFilesError) {
    var card = Card()
    try card.read(text, of: file)
    resolve(paths, card, nil)
    resolve(paths, card, "other")
  } catch {
    check(error)
  }
  resolve(paths, Card(), nil)
  return 0
}

private func resolve(_ paths: [String], _ card: Card, _ configuration: String?) {
  let there = Set(paths)
  do throws(DataFilesError) {
    let files = try DataFiles(paths: paths, card: card, configuration: configuration)
    for split in files.splits { precondition(there.isSuperset(of: split.paths)) }
    _ = try files.chosen(nil)
  } catch {
    check(error)
  }
}

private func check(_ error: DataFilesError) {
  let message = error.description
  precondition(!message.isEmpty && message.utf8.count < 4_000)
}

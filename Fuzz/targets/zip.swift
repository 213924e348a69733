// The reader of zip files: members of at most the size asked for, or a Failure in one short line.
@testable import Archives

/// More bytes than this of a member are refused.
private let maximum = 1 << 20

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = unsafe FuzzInput(start, count)
  do throws(ZipArchive.Failure) {
    let archive = try ZipArchive(path: input.path)
    for name in archive.names.sorted().prefix(20) { read(name, of: archive) }
    read("a.png", of: archive)
  } catch {
    check(error)
  }
  return 0
}

private func read(_ name: String, of archive: ZipArchive) {
  do throws(ZipArchive.Failure) {
    guard let member = try archive.member(for: name) else { return }
    let bytes = try archive.read(member, maximum: maximum) { $0.first != 0x21 }
    precondition((bytes ?? []).count <= maximum)
  } catch {
    check(error)
  }
}

private func check(_ error: ZipArchive.Failure) {
  precondition(!error.description.isEmpty && error.description.utf8.count < 400)
}

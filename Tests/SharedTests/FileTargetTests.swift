import Foundation
import Shared
import TestSupport
import Testing

/// Outputs by names that others may have prepared: unless links are followed the
/// name itself is replaced, and nothing is written through it.
@Suite struct FileTargetTests {
  @Test(arguments: ["target", "nowhere", "/dev/full", "."])
  func aLinkIsReplaced(destination: String) throws {
    let scratch = try Scratch()
    try scratch.write("old", to: "target")
    let files = FileManager.default
    try files.createSymbolicLink(
      atPath: scratch.path("file"), withDestinationPath: destination)
    try write("new", in: scratch)
    #expect(
      try files.attributesOfItem(atPath: scratch.path("file"))[.type] as? FileAttributeType
        == .typeRegular)
    #expect(try scratch.read("file") == Data("new".utf8))
    #expect(try scratch.read("target") == Data("old".utf8))
    #expect(try scratch.list() == ["file", "target"])
  }

  /// Nothing else would write there either, and a link is not ours to replace.
  @Test func linksThatLeadToOneAnotherAreAnError() throws {
    let scratch = try Scratch()
    let files = FileManager.default
    try files.createSymbolicLink(atPath: scratch.path("file"), withDestinationPath: "other")
    try files.createSymbolicLink(atPath: scratch.path("other"), withDestinationPath: "file")
    let path = scratch.path("file")
    let error = #expect(throws: ToolError.self) {
      try AtomicFile.write(Array("new".utf8).span, to: path)
    }
    #expect(error?.description == "\(path): Too many levels of symbolic links")
    #expect(try files.destinationOfSymbolicLink(atPath: scratch.path("file")) == "other")
    #expect(try files.destinationOfSymbolicLink(atPath: scratch.path("other")) == "file")
  }

  @Test(.timeLimit(.minutes(15)))
  func aFIFOIsReplacedAndNotWaitedFor() throws {
    let scratch = try Scratch()
    try #require(unsafe mkfifo(scratch.path("file"), 0o600) == 0)
    try write("new", in: scratch)
    #expect(try scratch.read("file") == Data("new".utf8))
  }

  @Test func aFolderStays() throws {
    let scratch = try Scratch()
    try scratch.write("", to: "file/inner")
    #expect(throws: ToolError.self) { try write("new", in: scratch) }
    #expect(try scratch.list() == ["file"])
    #expect(try scratch.list("file") == ["inner"])
  }

  @Test(arguments: [0o600, 0o640, 0o755])
  func aFileKeepsItsMode(mode: Int) throws {
    let scratch = try Scratch()
    try scratch.write("old", to: "file")
    let files = FileManager.default
    try files.setAttributes([.posixPermissions: mode], ofItemAtPath: scratch.path("file"))
    try write("new", in: scratch)
    let found = try files.attributesOfItem(atPath: scratch.path("file"))[.posixPermissions]
    #expect(found as? Int == mode)
  }

  /// With an access list the mode's group bits are not the group's rights, so a
  /// copy of the mode alone would give the group what somebody else has.
  @Test func aFileKeepsItsAccessList() throws {
    let scratch = try Scratch()
    try scratch.write("old", to: "file")
    // Entries of tag, rights and number (acl(5); linux/posix_acl_xattr.h): the
    // owner, user 12345, the group, the bound, others.
    let python = """
      import os, struct
      entries = [(1, 6, -1), (2, 4, 12345), (4, 0, -1), (16, 4, -1), (32, 0, -1)]
      os.setxattr("file", "system.posix_acl_access",
                  struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *e) for e in entries))
      """
    try scratch.write(python, to: "set.py")
    let list = """
      python3 -c 'import os; print(os.getxattr("file", "system.posix_acl_access"), os.stat("file").st_mode)'
      """
    func shell(_ script: String) throws -> CommandResult {
      var command = Command.shell(script)
      command.directory = scratch.url
      return try command.run()
    }
    let before = try shell("python3 set.py && \(list)")
    try #require(before.status == 0, "\(before)")
    try write("new", in: scratch)
    #expect(try shell(list).output == before.output)
    #expect(try scratch.read("file") == Data("new".utf8))
  }

  private func write(_ text: String, in scratch: Scratch) throws {
    var file = try AtomicFile(FileTarget(scratch.path("file"), followsLinks: false))
    try file.write(Array(text.utf8).span)
    try file.commit()
  }
}

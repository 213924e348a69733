import Foundation
import TestSupport
import Testing

@testable import Shared

/// What is written before it has its name.
@Suite struct TemporaryFileTests {
  @Test(arguments: [true, false])
  func isGoneWithItsOwner(canBeUnnamed: Bool) throws {
    let scratch = try Scratch()
    let folder = scratch.path("") + "/"
    do {
      let file = try TemporaryFile(
        in: folder, for: "out", mode: 0o666, canBeUnnamed: canBeUnnamed)
      let count = try scratch.list().count
      #expect(count == (file.path == nil ? 0 : 1))
    }
    #expect(try scratch.list().isEmpty)
  }

  @Test(arguments: [true, false])
  func takesAFreeNameAndReplacesATakenOne(canBeUnnamed: Bool) throws {
    let scratch = try Scratch()
    let target = FileTarget(scratch.path("out"))
    for text in ["first", "second"] {
      var file = try TemporaryFile(
        in: target.folder, for: "out", mode: 0o666, canBeUnnamed: canBeUnnamed)
      #expect(write(file.descriptor, text, text.utf8.count) == text.utf8.count)
      if text == "first" {
        try file.link(to: target.path)
      } else {
        try file.replace(target.path, for: target)
      }
      #expect(try scratch.read("out") == Data(text.utf8))
      #expect(try scratch.list() == ["out"])
    }
    var third = try TemporaryFile(in: target.folder, for: "out", mode: 0o666)
    do throws(SystemError) {
      try third.link(to: target.path)
      Issue.record("the name was free")
    } catch {
      #expect(error.code == EEXIST)
    }
  }

  /// What a killed process left: old or new, in use or not, of this name or
  /// not.
  @Test func leftoversThatAreOldAndNobodysAreRemoved() throws {
    let scratch = try Scratch()
    let names = [
      ".out.abcdefghij.tmp", ".out.new4567890.tmp", ".out.used567890.tmp",
      ".other.abcdefghij.tmp", ".out.short.tmp",
    ]
    for name in names { try scratch.write("x", to: name) }
    for name in names where name != ".out.new4567890.tmp" {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: -120)], ofItemAtPath: scratch.path(name))
    }
    let user = try FileHandle(forReadingFrom: URL(filePath: scratch.path(".out.used567890.tmp")))
    #expect(flock(user.fileDescriptor, LOCK_EX) == 0)
    _ = try TemporaryFile(in: scratch.path("") + "/", for: "out", mode: 0o600, canBeUnnamed: false)
    #expect(try scratch.list() == names.dropFirst().sorted())
  }

  @Test func severalFilesCanBeTakenBack() throws {
    let scratch = try Scratch()
    try scratch.write("old", to: "a")
    for name in ["a", "b"] {
      var file = try AtomicFile(path: scratch.path(name))
      try file.write(Array("new".utf8).span)
      try file.prepare()
      try file.publish(keepsOld: true)
      #expect(try scratch.read(name) == Data("new".utf8))
      try file.undo()
    }
    #expect(try scratch.list() == ["a"])
    #expect(try scratch.read("a") == Data("old".utf8))
  }
}

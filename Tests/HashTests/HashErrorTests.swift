import Foundation
import TestSupport
import Testing

/// Bad input: one line on stderr, an error in the row, the others go on.
@Suite struct HashErrorTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let row: String
    let code: String
    var testDescription: String { code }
  }

  @Test(arguments: [
    Case(row: #"{"id":"a"}"#, code: "no_image"),
    Case(row: #"{"id":"a","image":null}"#, code: "no_image"),
    Case(row: #"{"id":"a","image":{"bytes":null,"path":null}}"#, code: "no_image"),
    Case(row: #"{"id":"a","image":7}"#, code: "bad_image"),
    Case(row: #"{"id":"a","image":{"bytes":7}}"#, code: "bad_image"),
    Case(row: #"{"id":"a","image":{"bytes":"%%%%"}}"#, code: "bad_image"),
    Case(row: #"{"id":"a","image":{"path":""}}"#, code: "bad_image"),
    Case(row: #"{"id":"a","image":{"path":"missing.jpg"}}"#, code: "unreadable"),
    Case(row: #"{"id":"a","image":{"path":"."}}"#, code: "unreadable"),
    Case(row: #"{"id":"a","image":{"path":"/dev/zero"}}"#, code: "unreadable"),
    Case(row: #"{"id":"a","image":{"bytes":""}}"#, code: "not_an_image"),
  ])
  func fails(_ given: Case) throws {
    try check(given.row, given.code)
  }

  @Test(arguments: [
    ("text.txt", "not_an_image"), ("other.ico", "unsupported_format"),
    ("cmyk.jpg", "unsupported_mode"), ("huge.png", "too_large"), ("cut-middle.jpg", "damaged"),
  ])
  func failsOn(_ fixture: String, _ code: String) throws {
    try check(try HashSupport.row(0, fixture), code)
  }

  private func check(_ row: String, _ code: String) throws {
    let scratch = try Scratch()
    let good = try HashSupport.row(1, "gray.jpg")
    let result = try HashSupport.run(in: scratch, row + "\n" + good + "\n")
    #expect(result.status == 1, "\(result)")
    #expect(result.lines.count == 2)
    #expect(try HashSupport.errorCode(result.lines[0]) == code)
    #expect(result.errors.hasPrefix("vqa-hash: <stdin>:1: "))
    #expect(result.errors.split(separator: "\n").count == 1)
    #expect(try HashSupport.object(result.lines[1])["image_hash"] != nil)
    // Tried again, with its old error gone, it fails alike.
    let again = try HashSupport.run(in: scratch, result.lines[0] + "\n")
    #expect(again.output == result.lines[0] + "\n")
  }

  @Test func anUnwritableDirectoryIsStatus2() throws {
    let scratch = try Scratch()
    try scratch.write("", to: "file")
    let result = try HashSupport.run(
      ["--images-dir", "file/sub"], in: scratch, HashSupport.row(0, "gray.jpg") + "\n")
    #expect(result.status == 2)
    #expect(result.errors == "vqa-hash: file/sub: Not a directory\n")
  }

  @Test(arguments: [
    ("touch place", "Not a directory"), ("mkfifo place", "Not a directory"),
    ("touch file; ln -s file place", "Not a directory"),
    ("ln -s nowhere place", "No such file or directory"),
  ])
  func whatIsNoDirectoryIsRefused(made: String, reason: String) throws {
    let scratch = try Scratch()
    var shell = Command.shell(made)
    shell.directory = scratch.url
    try #require(try shell.run().status == 0)
    let result = try HashSupport.run(["--images-dir", "place"], in: scratch, "")
    #expect(result.status == 2)
    #expect(result.errors == "vqa-hash: place: \(reason)\n")
  }

  @Test func aFullDiskIsStatus2() throws {
    let result = try Command.shell("echo '{}' | vqa-hash --quiet > /dev/full").run()
    #expect(result.status == 2)
    #expect(result.errors.contains("vqa-hash: <stdout>: No space left on device"))
  }
}

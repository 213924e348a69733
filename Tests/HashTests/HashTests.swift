import Foundation
import TestSupport
import Testing

/// The built tool on rows.
@Suite struct HashTests {
  @Test func replacesTheImageInPlace() throws {
    let scratch = try Scratch()
    let result = try HashSupport.run(in: scratch, HashSupport.row(0, "gray.jpg") + "\n")
    #expect(result.status == 0, "\(result)")
    let hash = "md5_images/image_md5_"
    let name = try #require(scratch.list("md5_images").first)
    let md5 = String(name.dropFirst(10).dropLast(4))
    #expect(
      result.output == """
        {"id":"t/0","image_hash":"\(md5)","image_path":"\(hash)\(md5).png","image_size":[23,19],"question":"q"}

        """)
    #expect(result.errors.isEmpty)
  }

  /// Pillow reads what was written and finds the pixels that it saw before.
  @Test(arguments: [["--jobs", "1"], ["--jobs", "4"], ["--compression", "small"]])
  func filesHoldWhatPillowSees(_ arguments: [String]) throws {
    let scratch = try Scratch()
    let rows = try Self.readable.enumerated().map { try HashSupport.row($0.offset, $0.element) }
    let result = try HashSupport.run(arguments, in: scratch, rows.joined(separator: "\n") + "\n")
    #expect(result.lines.count == rows.count)
    let listing = try scratch.write(result.stdout, to: "out.jsonl")
    var oracle = try Python.script(
      "Tests/HashTests/check_files.py", [listing, HashSupport.fixtures.path] + Self.readable)
    oracle.directory = scratch.url
    let verdict = try oracle.run()
    #expect(verdict.status == 0, "\(verdict)")
    #expect(verdict.output == "\(rows.count) rows agree\n")
  }

  /// Fixtures that Pillow reads and PNG can hold.
  static let readable: [String] = {
    let text =
      (try? String(
        contentsOf: HashSupport.fixtures.appending(path: "expected.jsonl"), encoding: .utf8)) ?? ""
    return text.split(separator: "\n").compactMap { try? HashSupport.object(String($0)) }
      .filter { $0["md5"] != nil && $0["mode"] as? String != "CMYK" }
      .compactMap { $0["file"] as? String }.filter { !$0.hasPrefix("other.") }
  }()

  @Test func jobsGiveTheSameBytes() throws {
    let names = ["gray.jpg", "text.txt", "apng.png", "gray.jpg", "cmyk.jpg", "color3-depth4.png"]
    let rows = try (0..<60).map { try HashSupport.row($0, names[$0 % names.count]) }
    let input = rows.joined(separator: "\n") + "\n"
    let one = try HashSupport.run(["--jobs", "1"], in: Scratch(), input)
    let four = try HashSupport.run(["--jobs", "4"], in: Scratch(), input)
    #expect(one.status == 1)
    #expect(one.stdout == four.stdout)
  }

  @Test func doneRowsPassUntouched() throws {
    let scratch = try Scratch()
    let first = try HashSupport.run(in: scratch, HashSupport.row(0, "gray.jpg") + "\n")
    let again = try HashSupport.run(in: scratch, first.output)
    #expect(again.status == 0)
    #expect(again.stdout == first.stdout)
    try FileManager.default.removeItem(atPath: scratch.path("md5_images"))
    let without = try HashSupport.run(in: scratch, first.output)
    #expect(without.status == 1)
    #expect(try HashSupport.errorCode(without.output) == "no_image")
  }

  @Test func readsFiles() throws {
    let scratch = try Scratch()
    try scratch.write(HashSupport.bytes("gray.jpg"), to: "sub/a b.jpg")
    let result = try HashSupport.run(
      in: scratch, #"{"image":{"bytes":null,"path":"sub/a b.jpg"}}"# + "\n")
    #expect(result.status == 0, "\(result)")
    #expect(try HashSupport.object(result.output)["image_size"] as? [Int] == [23, 19])
  }

  @Test func aWrongFileIsReplaced() throws {
    let scratch = try Scratch()
    let row = try HashSupport.row(0, "gray.jpg") + "\n"
    let first = try HashSupport.run(in: scratch, row)
    let name = try "md5_images/" + #require(scratch.list("md5_images").first)
    let right = try scratch.read(name)
    try scratch.write("cut", to: name)
    let again = try HashSupport.run(in: scratch, row)
    #expect(again.status == 0)
    #expect(again.stdout == first.stdout)
    #expect(again.errors.contains("warning: \(name) held other pixels and was replaced"))
    #expect(try scratch.read(name) == right)
    #expect(try scratch.list("md5_images").count == 1)
  }

  @Test func convertsWhatPNGCannotHold() throws {
    let scratch = try Scratch()
    let result = try HashSupport.run(
      ["--convert", "rgb"], in: scratch, HashSupport.row(0, "cmyk-adobe.jpg") + "\n")
    #expect(result.status == 0, "\(result)")
    let expected = try #require(
      String(decoding: HashSupport.bytes("expected.jsonl"), as: UTF8.self)
        .split(separator: "\n").map { try HashSupport.object(String($0)) }
        .first { $0["file"] as? String == "cmyk-adobe.jpg" })
    #expect(
      try HashSupport.object(result.output)["image_hash"] as? String == expected["rgb"] as? String)
  }

  @Test func checksFilesAgainstTheirNames() throws {
    let scratch = try Scratch()
    _ = try HashSupport.run(in: scratch, HashSupport.row(0, "gray.jpg") + "\n")
    let right = try HashSupport.run(["--check"], in: scratch, "")
    #expect(right.status == 0)
    #expect(right.errors == "vqa-hash: 1 files: 1 right, 0 wrong\n")
    let name = "md5_images/image_md5_00000000000000000000000000000000.png"
    try scratch.write(HashSupport.bytes("gama.png"), to: name)
    let wrong = try HashSupport.run(["--check"], in: scratch, "")
    #expect(wrong.status == 1)
    #expect(wrong.errors.hasPrefix("vqa-hash: \(name): its pixels have the hash "))
    #expect(wrong.stdout.isEmpty)
  }
}

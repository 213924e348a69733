import Foundation
import TestSupport
import Testing

/// What stands at a picture's name before the tool comes: only plain files
/// count, and nothing is read or written through anything else.
@Suite struct HashStoreTests {
  /// What `make` finds at `PICTURE`, with `TARGET` beside the folder.
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let make: String
    /// The row's error; nil where the file is replaced.
    var code: String?
    /// In the warning.
    var kind = ""

    init(_ name: String, _ make: String, code: String? = nil, kind: String = "") {
      (testDescription, self.make, self.code, self.kind) = (name, make, code, kind)
    }
  }

  @Test(
    .timeLimit(.minutes(15)),
    arguments: [
      Case("link to a file", #"ln -s "$TARGET" "$PICTURE""#, kind: "a symbolic link"),
      Case(
        "link to the right picture", #"cp "$RIGHT" "$TARGET"; ln -s "$TARGET" "$PICTURE""#,
        kind: "a symbolic link"),
      Case("link to nothing", #"ln -s nowhere "$PICTURE""#, kind: "a symbolic link"),
      Case("link to itself", #"ln -s "$PICTURE" "$PICTURE""#, kind: "a symbolic link"),
      Case("link to a folder", #"ln -s / "$PICTURE""#, kind: "a symbolic link"),
      Case("link to a device", #"ln -s /dev/zero "$PICTURE""#, kind: "a symbolic link"),
      Case("named pipe", #"mkfifo "$PICTURE""#, kind: "a named pipe"),
      Case("folder", #"mkdir "$PICTURE""#, code: "hash_taken"),
      Case("full folder", #"mkdir "$PICTURE"; : > "$PICTURE/a""#, code: "hash_taken"),
      Case("hard link", #"ln "$TARGET" "$PICTURE""#, kind: "held other pixels"),
      Case("empty file", #": > "$PICTURE""#, kind: "held other pixels"),
      Case(
        "file that nobody may write", #"cp "$TARGET" "$PICTURE"; chmod 400 "$PICTURE""#,
        kind: "held other pixels"),
    ], ["1", "2"])
  func nothingIsWrittenThroughIt(_ given: Case, jobs: String) throws {
    let scratch = try Scratch()
    let row = try HashSupport.row(0, "gray.jpg") + "\n"
    let right = try Scratch("right")
    let expected = try HashSupport.run(in: right, row)
    let name = try "md5_images/" + #require(right.list("md5_images").first)
    try scratch.write("precious", to: "target")
    let made = try shell(
      "mkdir md5_images; chmod 640 target; " + given.make, in: scratch,
      ["PICTURE": scratch.path(name), "TARGET": scratch.path("target"), "RIGHT": right.path(name)])
    try #require(made.status == 0, "\(made)")
    let target = try scratch.read("target")

    let result = try HashSupport.run(["--jobs", jobs], in: scratch, row)
    #expect(try scratch.read("target") == target)
    let mode = try FileManager.default.attributesOfItem(atPath: scratch.path("target"))
    #expect(mode[.posixPermissions] as? Int == 0o640)
    #expect(try scratch.list("md5_images").count == 1)
    if let code = given.code {
      #expect(result.status == 1, "\(result)")
      #expect(try HashSupport.errorCode(result.output) == code)
      return
    }
    #expect(result.status == 0, "\(result)")
    #expect(result.stdout == expected.stdout)
    #expect(result.errors.contains(given.kind), "\(result)")
    let attributes = try FileManager.default.attributesOfItem(atPath: scratch.path(name))
    #expect(attributes[.type] as? FileAttributeType == .typeRegular)
    #expect(try scratch.read(name) == right.read(name))
  }

  @Test func theFolderMayBeALink() throws {
    let scratch = try Scratch()
    let made = try shell("mkdir elsewhere; ln -s elsewhere md5_images", in: scratch)
    try #require(made.status == 0)
    let result = try HashSupport.run(in: scratch, HashSupport.row(0, "gray.jpg") + "\n")
    #expect(result.status == 0, "\(result)")
    #expect(try scratch.list("elsewhere").count == 1)
  }

  @Test func checkCountsOnlyPlainFiles() throws {
    let scratch = try Scratch()
    _ = try HashSupport.run(in: scratch, HashSupport.row(0, "gray.jpg") + "\n")
    let name = try #require(scratch.list("md5_images").first)
    let made = try shell(
      "cd md5_images; mv \(name) right; ln -s right \(name); mkfifo image_md5_0.png", in: scratch)
    try #require(made.status == 0)
    let result = try HashSupport.run(["--check"], in: scratch, "")
    #expect(result.status == 1)
    #expect(result.errors.contains("\(name): a symbolic link, not a plain file"), "\(result)")
    #expect(result.errors.contains("2 files: 0 right, 2 wrong"), "\(result)")
  }

  /// Old leftovers of killed runs go; what is new or not this tool's stays.
  @Test func leftoversAreRemoved() throws {
    let scratch = try Scratch()
    let hash = String(repeating: "0", count: 32)
    let mine = ".image_md5_\(hash).png"
    let made = try shell(
      """
      mkdir md5_images; cd md5_images
      touch \(mine).0123456789.tmp \(mine).backup .notes.0123456789.tmp
      touch -d '2 hours ago' .* ; touch \(mine).fedcba9876.tmp
      """, in: scratch)
    try #require(made.status == 0, "\(made)")
    let result = try HashSupport.run(in: scratch, HashSupport.row(0, "gray.jpg") + "\n")
    #expect(result.status == 0, "\(result)")
    let left = try scratch.list("md5_images").filter { $0.hasPrefix(".") }
    #expect(left == [mine + ".backup", mine + ".fedcba9876.tmp", ".notes.0123456789.tmp"])
  }

  private func shell(
    _ script: String, in scratch: Scratch, _ environment: [String: String] = [:]
  ) throws -> CommandResult {
    var command = Command.shell(script)
    command.directory = scratch.url
    command.environment = environment
    return try command.run()
  }
}

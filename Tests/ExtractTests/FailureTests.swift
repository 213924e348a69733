import Foundation
import TestSupport
import Testing

/// Operands that cannot be read, outputs that cannot be written, signals.
struct FailureTests {
  private static let sample = Command.sourceRoot
    .appending(path: "pipelines/sample/data/train-00000-of-00001.parquet").path

  private func failure(_ arguments: String...) throws -> String {
    let result = try Command.tool("vqa-extract", arguments).run()
    #expect(result.status == 2, "\(result)")
    #expect(result.errors.split(separator: "\n").count == 1, "\(result)")
    return result.errors
  }

  @Test func refusesWhatIsNoParquetFile() throws {
    let scratch = try Scratch()
    let whole = try Data(contentsOf: URL(filePath: Self.sample))
    let empty = try scratch.write("", to: "empty.parquet")
    let text = try scratch.write("question,answer\nis there?,yes\n", to: "text.parquet")
    let cut = try scratch.write(whole.prefix(whole.count / 2), to: "cut.parquet")
    #expect(try failure(scratch.path("none")).hasSuffix("none: No such file or directory\n"))
    #expect(try failure(empty).hasSuffix("empty.parquet: the file is empty\n"))
    let reason = "not a Parquet file, or cut short: it does not end in PAR1\n"
    #expect(try failure(text).hasSuffix("text.parquet: " + reason))
    #expect(try failure(cut).hasSuffix("cut.parquet: " + reason))
    let directory = scratch.path("cut.parquet/..")
    #expect(try failure(directory).hasSuffix("cut.parquet/..: Not a directory\n"))
  }

  /// A name that looks like a file's is none of a data set, and an address that
  /// is none of a data set is no file: nobody is asked over the network.
  @Test(
    arguments: [
      "data/train.parquet", "a/b.JSONL", "a/b.csv", "a/images.zip", "a/b.tar.gz", "a/b.png",
      "a/b.parq", "./a/b", "a/b/c", "a/",
    ])
  func aFileThatIsNotThereIsMissing(_ operand: String) throws {
    #expect(try failure(operand) == "vqa-extract: \(operand): No such file or directory\n")
  }

  @Test(arguments: [
    "https://huggingface.co/owner/name", "https://example.com/train.parquet", "hf://owner/name",
    "https://huggingface.co/datasets/owner", "s3://bucket/train.parquet",
  ])
  func anAddressThatIsNotReadSaysWhatIs(_ operand: String) throws {
    let message = try failure(operand)
    #expect(message.hasPrefix("vqa-extract: \(operand): not the address of a data set"))
    #expect(message.contains("https://huggingface.co/datasets/owner/name"))
  }

  @Test(arguments: ["a.parquet", "a.json", "a.jsonl", "a.csv", "a.tsv", "a"])
  func anEmptyFileIsCalledEmpty(_ name: String) throws {
    let scratch = try Scratch()
    let path = try scratch.write("", to: name)
    #expect(try failure(path) == "vqa-extract: \(path): the file is empty\n")
  }

  @Test func saysNothingOfRowsBeforeAllOperandsAreThere() throws {
    let result = try Command.tool("vqa-extract", [Self.sample, "/nonexistent"]).run()
    #expect(result.status == 2)
    #expect(result.output == "")
  }

  @Test func writesTheRowsBeforeTheDamage() throws {
    let scratch = try Scratch()
    var bytes = try Data(contentsOf: URL(filePath: Self.sample))
    // The last column's pages lie just before the footer.
    let footer = bytes.suffix(8).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    for index in (bytes.count - footer - 80)..<(bytes.count - footer - 8) { bytes[index] = 0xFF }
    let path = try scratch.write(bytes, to: "train.parquet")
    let result = try Command.tool("vqa-extract", [Self.sample, path]).run()
    #expect(result.status == 2)
    #expect(result.lines.count >= 29)
    #expect(result.errors.contains("train.parquet: column answer, row group 0: "), "\(result)")
  }

  @Test func believesNoPageThatItsChecksumDenies() throws {
    let scratch = try Scratch()
    let made = try Python.code(
      """
      import sys, pyarrow as pa, pyarrow.parquet as pq
      table = pa.table({"question": ["is it clear?"], "answer": ["needle"], "image": ["a.png"]})
      pq.write_table(table, sys.argv[1], write_page_checksum=True, compression="none",
                     use_dictionary=False, write_statistics=False, store_schema=False)
      content = open(sys.argv[1], "rb").read()
      assert content.count(b"needle") == 1
      open(sys.argv[2], "wb").write(content.replace(b"needle", b"noodle"))
      """, [scratch.path("sound.parquet"), scratch.path("changed.parquet")]
    ).run()
    try #require(made.status == 0, "\(made)")
    let sound = try Command.tool("vqa-extract", ["-q", scratch.path("sound.parquet")]).run()
    #expect(sound.status == 0 && sound.output.contains("needle"), "\(sound)")
    let message = try failure("-q", scratch.path("changed.parquet"))
    #expect(message.contains("column answer, row group 0: "), "\(message)")
    #expect(message.hasSuffix("the page does not match its checksum\n"), "\(message)")
  }

  @Test func tellsOfAFullDisk() throws {
    let result = try Command("/bin/sh", ["-c", "vqa-extract '\(Self.sample)' > /dev/full"]).run()
    #expect(result.status == 2)
    #expect(result.errors == "vqa-extract: <stdout>: No space left on device\n")
  }

  @Test func endsQuietlyWithItsReader() throws {
    let operands = Array(repeating: "'\(Self.sample)'", count: 60).joined(separator: " ")
    let result = try Command(
      "/bin/bash", ["-c", "vqa-extract \(operands) | head -n 1; exit ${PIPESTATUS[0]}"]
    ).run()
    #expect(result.status == 141)
    #expect(result.errors == "")
    #expect(result.lines.count == 1)
  }

  @Test(arguments: zip([SIGINT, SIGTERM], [130, 143] as [Int32]))
  func stopsAtASignalBetweenRows(signal: Int32, status: Int32) throws {
    let operands = Array(repeating: Self.sample, count: 60)
    let running = try Command.tool("vqa-extract", operands).start()
    while try running.outputSoFar().isEmpty { usleep(10_000) }
    kill(running.process.processIdentifier, signal)
    let result = try running.finish()
    #expect(result.status == status, "\(result.status)")
    #expect(result.errors.hasPrefix("vqa-extract: interrupted: "), "\(result)")
    #expect(result.errors.split(separator: "\n").count == 1, "\(result)")
    #expect(result.stdout.last == UInt8(ascii: "\n"))
    #expect(result.lines.count < 29 * 60)
  }

  @Test(arguments: [["--offset", "-1", "x"], ["--limit", "-1", "x"], ["--split", "", "x"]])
  func refusesWhatMakesNoSense(arguments: [String]) throws {
    #expect(try Command.tool("vqa-extract", arguments).run().status == 64)
  }
}

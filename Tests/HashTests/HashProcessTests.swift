import Foundation
import TestSupport
import Testing

/// The tool among other processes: signals, sudden death, company, full disks.
@Suite struct HashProcessTests {
  /// Rows of one picture whose files differ, so that each is decoded anew.
  private func rows(_ count: Int) throws -> String {
    let picture = try HashSupport.bytes("gray.jpg")
    return (0..<count).map { number in
      let text = (picture + Data("\(number)".utf8)).base64EncodedString()
      return #"{"id":"t/\#(number)","image":{"bytes":"\#(text)"}}"# + "\n"
    }.joined()
  }

  private func tool(_ arguments: [String], in scratch: Scratch) -> Command {
    var command = Command.tool("vqa-hash", arguments + ["--quiet"])
    command.directory = scratch.url
    return command
  }

  /// Waits until the tool is in the middle of its work.
  private func waitForFiles(_ count: Int, in scratch: Scratch, of running: Command.Running) {
    while running.process.isRunning, ((try? scratch.list("md5_images"))?.count ?? 0) < count {
      usleep(1_000)
    }
  }

  /// What was in hand comes out in order, finished or given up, and can be
  /// gone on with.
  @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
  func aSignalEndsItInOrder(signal: Int32, status: Int32) throws {
    let scratch = try Scratch()
    let input = try rows(20_000)
    let running = try tool(["--jobs", "2"], in: scratch).start(input: Data(input.utf8))
    waitForFiles(1, in: scratch, of: running)
    kill(running.process.processIdentifier, signal)
    let result = try running.finish()
    #expect(result.status == status, "\(result)")
    #expect(result.lines.count < 20_000)
    for (number, line) in result.lines.enumerated() {
      #expect(line.hasPrefix(#"{"id":"t/\#(number)","#))
      #expect([nil, "interrupted"].contains(try HashSupport.errorCode(line)))
    }
    #expect(try scratch.list("md5_images").count == 1)
    let again = try HashSupport.run(in: scratch, result.output)
    #expect(again.status == 0 && again.lines.count == result.lines.count, "\(again)")
  }

  /// libwebp and libtiff cannot be asked to give up. Here the decoder of WebP
  /// takes ten minutes; a signal ends the tool, which first writes what it has
  /// finished, and the row says that it was interrupted.
  @Test(.timeLimit(.minutes(15)), arguments: ["1", "2", "--check"])
  func aDecoderThatDoesNotHearIsLeft(_ mode: String) throws {
    let scratch = try Scratch()
    let library = try PreloadedLibrary(
      """
      #include <fcntl.h>
      #include <unistd.h>
      int WebPDecode(const void *bytes, unsigned long size, void *config) {
        close(open("decoding", O_CREAT | O_WRONLY, 0600));
        for (int i = 0; i < 600; i++) sleep(1);
        return 1;
      }
      """, in: scratch)
    try scratch.write(HashSupport.bytes("alpha-2x2.webp"), to: "md5_images/image_md5_00.png")
    let rows = try ["gray.jpg", "alpha-2x2.webp", "gray.jpg"].enumerated().map {
      try HashSupport.row($0, $1) + "\n"
    }
    var command = tool(mode == "--check" ? [mode] : ["--jobs", mode], in: scratch)
    command.environment["LD_PRELOAD"] = library.path
    command.timeLimit = 120
    let running = try command.start(input: Data(rows.joined().utf8))
    while running.process.isRunning, try !scratch.list().contains("decoding") { usleep(1_000) }
    kill(running.process.processIdentifier, SIGTERM)
    let result = try running.finish()
    #expect(result.status == 143, "\(result)")
    let codes = try result.lines.map(HashSupport.errorCode)
    #expect(codes == (mode == "--check" ? [] : [nil, "interrupted", nil]), "\(result)")
  }

  /// Fixtures of which no two share a name.
  private static let distinct = HashTests.readable.filter { $0.hasSuffix(".jpg") }

  private func fixtureRows() throws -> String {
    try Self.distinct.enumerated().map { try HashSupport.row($0, $1) + "\n" }.joined()
  }

  @Test func afterASuddenDeathNoFileIsWrong() throws {
    let input = try fixtureRows()
    let whole = try HashSupport.run(in: Scratch(), input)
    #expect(whole.status == 0, "\(whole)")
    let scratch = try Scratch()
    for count in [1, 5, 12] {
      let running = try tool(["--jobs", "2", "--compression", "small"], in: scratch)
        .start(input: Data(input.utf8))
      waitForFiles(count, in: scratch, of: running)
      kill(running.process.processIdentifier, SIGKILL)
      _ = try running.finish()
      let check = try HashSupport.run(["--check"], in: scratch, "")
      #expect(check.status == 0, "\(check)")
    }
    let again = try HashSupport.run(in: scratch, input)
    #expect(again.status == 0 && again.stdout == whole.stdout, "\(again)")
  }

  @Test func severalWriteIntoOneDirectory() throws {
    let input = try fixtureRows()
    let alone = try Scratch()
    let whole = try HashSupport.run(in: alone, input)
    let scratch = try Scratch()
    let running = try (0..<4).map { _ in
      try tool(["--jobs", "2"], in: scratch).start(input: Data(input.utf8))
    }
    for process in running {
      let result = try process.finish()
      #expect(result.status == 0 && result.errors.isEmpty, "\(result)")
      #expect(result.stdout == whole.stdout)
    }
    #expect(try scratch.list("md5_images") == alone.list("md5_images"))
    let check = try HashSupport.run(["--check"], in: scratch, "")
    #expect(check.status == 0, "\(check)")
  }

  @Test func forceReadsTheFileAgain() throws {
    let scratch = try Scratch()
    let first = try HashSupport.run(in: scratch, HashSupport.row(0, "gray.jpg") + "\n")
    let same = try HashSupport.run(["--force"], in: scratch, first.output)
    #expect(same.status == 0 && same.stdout == first.stdout, "\(same)")
    let path = try #require(HashSupport.object(first.output)["image_path"] as? String)
    try scratch.write(HashSupport.bytes("gama.png"), to: path)
    let other = try HashSupport.run(["--force"], in: scratch, first.output)
    let expected = try HashSupport.run(in: Scratch(), HashSupport.row(0, "gama.png") + "\n")
    #expect(
      try HashSupport.object(other.output)["image_hash"] as? String
        == HashSupport.object(expected.output)["image_hash"] as? String)
  }

  /// The limit of a file's size stands for a full disk: a real refusal in the
  /// middle of a file. Rows whose pictures fit come out, in order.
  @Test(arguments: ["1", "2", "8"])
  func aFileThatCannotBeWrittenIsStatus2(jobs: String) throws {
    let scratch = try Scratch()
    let small = ["gray.jpg", "alpha-2x2.webp", "alpha-7x3.webp"]
    let rows = try (small + ["quality-100.webp"]).enumerated().map { try HashSupport.row($0, $1) }
    try scratch.write(rows.joined(separator: "\n") + "\n", to: "rows.jsonl")
    var command = Command.shell("ulimit -f 1; vqa-hash --quiet --jobs \(jobs) rows.jsonl")
    command.directory = scratch.url
    let result = try command.run()
    #expect(result.status == 2 && result.lines.count == small.count, "\(result)")
    for (number, line) in result.lines.enumerated() {
      #expect(line.hasPrefix(#"{"id":"t/\#(number)","image_hash":"#))
    }
    #expect(result.errors.hasPrefix("vqa-hash: md5_images/image_md5_"))
    #expect(result.errors.hasSuffix(".png: File too large\n"))
    #expect(try scratch.list("md5_images").count == small.count)
  }

  /// An output that takes nothing: status 2, threads
  /// joined before libraries clean up, no temporary file. Many runs, since the
  /// moment decides.
  @Test(.timeLimit(.minutes(15)))
  func anOutputThatIsFullIsStatus2() throws {
    let scratch = try Scratch()
    try scratch.write(fixtureRows(), to: "rows.jsonl")
    var command = Command.shell(
      """
      for i in 1 2 3 4 5 6 7 8 9 10; do
        for jobs in 1 2 8; do
          rm -rf md5_images
          vqa-hash --quiet --jobs $jobs rows.jsonl > /dev/full
          echo $? $(ls -A md5_images | grep -c '^[.]') >> statuses
        done
      done
      sort -u statuses
      """)
    command.directory = scratch.url
    let result = try command.run()
    #expect(result.output == "2 0\n", "\(result)")
  }

  /// A real full disk, which only root can have.
  @Test(
    .enabled(if: getuid() == 0, "only root may mount a tmpfs"), .timeLimit(.minutes(15)),
    arguments: [32, 64])
  func aFullDiskIsStatus2(kilobytes: Int) throws {
    let scratch = try Scratch()
    try scratch.write(fixtureRows(), to: "rows.jsonl")
    var command = Command.shell(
      """
      mkdir disk; mount -t tmpfs -o size=\(kilobytes)k tmpfs disk || exit 77
      trap 'umount disk' EXIT
      for i in 1 2 3 4 5 6 7 8 9 10; do
        for jobs in 1 2 8; do
          rm -rf disk/images
          vqa-hash --quiet --images-dir disk/images --jobs $jobs rows.jsonl > out.jsonl 2> errors
          status=$?
          grep -v -e '^{"id":"t/[0-9]*","image_hash":"' -e '"code":"hash_taken"' out.jsonl
          echo $status $(ls -A disk/images | grep -c '^[.]') \
            $(sed 's/.*png: //' errors | sort -u) >> statuses
        done
      done
      sort -u statuses
      """)
    command.directory = scratch.url
    let result = try command.run()
    guard result.status != 77 else { return }
    #expect(result.output == "2 0 No space left on device\n", "\(result)")
  }
}

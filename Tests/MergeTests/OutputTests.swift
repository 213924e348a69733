import Foundation
import TestSupport
import Testing

/// Outputs that name one another or an input, all or none of them, and what
/// the files are like.
@Suite struct OutputTests {
  /// A folder with an earlier result, rows, and other names of both.
  private func prepare() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.write(lines(TestRow(0), TestRow(1).failed), to: "rows")
    _ = try merge(["-o", scratch.path("old.json")], input: lines(TestRow(7)))
    let linked = try Command.shell(
      "cd '\(scratch.url.path)' && ln -s old.json link && ln old.json hard && mkdir d"
        + " && ln -s ../new d/dangling && ln -s rows rowlink"
    ).run()
    try #require(linked.status == 0, "\(linked)")
    return scratch
  }

  private func run(_ command: String, in scratch: Scratch) throws -> CommandResult {
    try Command.shell("cd '\(scratch.url.path)' && vqa-merge \(command)").run()
  }

  @Test(arguments: [
    "rows -o x --failed x", "rows -o x --failed ./x", "rows -o x --failed d/../x",
    "rows -o x --stats x", "rows --failed x --stats x", "rows -o old.json --failed link",
    "rows -o old.json --failed hard", "rows -o new --failed d/dangling",
    "rows --failed x > x", "rows --failed -", "rows -o - --failed - > x",
    "rows -o - --failed /dev/stdout", "rows -o rows", "rows -o rowlink", "rows --stats rows",
    "-o rows < rows", "rows --into old.json --failed old.json",
    "rows --into old.json -o new --failed hard", "rows --into old.json --stats link",
    "--into old.json -o new --stats rows rows", "rows --into old.json -o rows",
  ])
  func outputsThatOverwriteAreAUsageError(command: String) throws {
    let scratch = try prepare()
    let before = try scratch.read("old.json")
    let result = try run(command, in: scratch)
    #expect(result.status == 64, "\(result)")
    #expect(try scratch.read("old.json") == before)
    #expect(try scratch.read("rows") == Data(lines(TestRow(0), TestRow(1).failed).utf8))
    #expect(try !scratch.list().contains("new"))
  }

  @Test(arguments: [
    "rows -o x --failed /dev/null --stats /dev/null", "rows --into old.json -o hard",
    "rows --into old.json -o old.json --failed rows", "rows -o x --failed - > y",
    "- --failed rows -o x < rows", "rows --into link --failed rowlink", "rows -o d/dangling",
  ])
  func outputsThatDoNotOverwriteAreWritten(command: String) throws {
    let scratch = try prepare()
    let result = try run(command, in: scratch)
    #expect(result.status == 1, "\(result)")
    // No temporary file is left, and no link has become a file.
    #expect(try scratch.list().allSatisfy { !$0.hasPrefix(".") })
    let links = try Command.shell(
      "cd '\(scratch.url.path)' && test -L link && test -L rowlink && test -L d/dangling"
    ).run()
    #expect(links.status == 0)
  }

  @Test func failedRowsMayReplaceTheInputTheyCameFrom() throws {
    let scratch = try prepare()
    let result = try run("rows --into old.json --failed rows --stats s", in: scratch)
    #expect(result.status == 1, "\(result)")
    #expect(try scratch.read("rows") == Data(lines(TestRow(1).failed).utf8))
    let text = String(decoding: try scratch.read("old.json"), as: UTF8.self)
    #expect(text.contains("Question 7?") && text.contains("Question 0?"))
  }

  @Test func onAFullDiskNothingIsReplaced() throws {
    let scratch = try Scratch()
    let many = (0..<400).map { TestRow($0).line + "\n" }.joined()
    let failed = (400..<420).map { TestRow($0).failed.line + "\n" }.joined()
    let retry = try scratch.write(many + failed, to: "retry.jsonl")
    _ = try merge(["-o", scratch.path("train.json")], input: lines(TestRow(900)))
    let train = try scratch.read("train.json")
    // The limit on file sizes stands for a disk that is full: the failed rows
    // fit, the result does not.
    let result = try Command.shell(
      "trap '' XFSZ; cd '\(scratch.url.path)'; ulimit -f 32;"
        + " vqa-merge retry.jsonl --into train.json --failed retry.jsonl --stats stats.json"
    ).run()
    #expect(result.status == 2, "\(result)")
    #expect(try scratch.read("train.json") == train)
    #expect(try String(contentsOfFile: retry, encoding: .utf8) == many + failed)
    #expect(try scratch.list() == ["retry.jsonl", "train.json"])
  }

  @Test func permissionsOfAReplacedFileAreKept() throws {
    let scratch = try Scratch()
    for (mask, old, expected) in [
      ("022", "600", "600"), ("077", "644", "644"), ("022", "", "644"), ("027", "", "640"),
    ] {
      let result = try Command.shell(
        "cd '\(scratch.url.path)'; umask \(mask); rm -f o f s;"
          + (old.isEmpty ? "" : " for n in o f s; do : > $n; chmod \(old) $n; done;")
          + " echo '\(TestRow(0).line)' | vqa-merge -o o --failed f --stats s;"
          + " stat -c %a o f s"
      ).run()
      #expect(result.output == "\(expected)\n\(expected)\n\(expected)\n", "\(result)")
    }
  }

  @Test func aFileBehindStdoutIsAppendedTo() throws {
    let scratch = try Scratch()
    try scratch.write("old\n", to: "log")
    let result = try Command.shell(
      "cd '\(scratch.url.path)'; echo '\(TestRow(0).line)' | vqa-merge --compact -o /dev/stdout >> log"
    ).run()
    #expect(result.status == 0, "\(result)")
    #expect(try scratch.read("log").starts(with: Data("old\n{\"aa\"".utf8)))
  }

  /// A signal that comes just before the tool would wait for a pipe's reader:
  /// for one to open it, or to take what does not fit.
  @Test(.timeLimit(.minutes(15)), arguments: [false, true])
  func aPipeThatNobodyReadsDoesNotKeepASignal(isOpen: Bool) throws {
    let scratch = try Scratch()
    let call = isOpen ? "count > 70000" : "flags & O_WRONLY && name && strstr(name, \"pipe\")"
    let library = try PreloadedLibrary(
      """
      #define _GNU_SOURCE
      #include <dlfcn.h>
      #include <fcntl.h>
      #include <signal.h>
      #include <string.h>
      #include <unistd.h>
      static int sent;
      static void send(int is_due) {
        if (is_due && !sent++) raise(SIGTERM);
      }
      int open(const char *name, int flags, ...) {
        size_t count = 0;
        send(\(call));
        return ((int (*)(const char *, int, int))dlsym(RTLD_NEXT, "open"))(name, flags, 0600);
      }
      int open64(const char *name, int flags, ...) { return open(name, flags, 0600); }
      ssize_t write(int file, const void *bytes, size_t count) {
        int flags = 0;
        const char *name = 0;
        send(\(call));
        return ((ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write"))(
            file, bytes, count);
      }
      """, in: scratch)
    try scratch.write((0..<3_000).map { TestRow($0).line + "\n" }.joined(), to: "rows")
    var command = Command.shell(
      "mkfifo pipe; \(isOpen ? "exec 3<> pipe; " : "")exec vqa-merge rows -o pipe")
    command.directory = scratch.url
    command.environment["LD_PRELOAD"] = library.path
    command.timeLimit = 60
    let result = try command.run()
    #expect(result.status == 143, "\(result)")
  }

  @Test func aNameOfTheGreatestLengthIsWritten() throws {
    let scratch = try Scratch()
    let name = String(repeating: "n", count: 255)
    for _ in 0..<2 {
      #expect(try merge(["-o", scratch.path(name)], input: lines(TestRow(0))).status == 0)
    }
    #expect(try scratch.list() == [name])
  }
}

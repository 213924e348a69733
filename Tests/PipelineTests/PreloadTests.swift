import Foundation
import TestSupport
import Testing

/// Clusters and debugging aids preload libraries (LD_PRELOAD), some of which
/// change the environment before a program starts.
struct PreloadTests {
  @Test(arguments: ToolContractTests.tools)
  func argumentsAreKnownThough(_ tool: String) throws {
    let scratch = try Scratch()
    let source = """
      #include <stdlib.h>
      __attribute__((constructor)) static void change(void) { setenv("VQA_PRELOADED", "1", 1); }
      """
    try Data(source.utf8).write(to: URL(filePath: scratch.path("preload.c")))
    // The compiler of C that comes with Swift.
    var compiler = Command.shell(
      "cd '\(scratch.url.path)' && clang -shared -fPIC -o p.so preload.c")
    compiler.environment["PATH"] = ProcessInfo.processInfo.environment["PATH"]
    let compiled = try compiler.run()
    #expect(compiled.status == 0, "\(compiled)")
    var command = Command.tool(tool, ["--no-such-option"])
    command.environment["LD_PRELOAD"] = scratch.path("p.so")
    let result = try command.run()
    #expect(result.status == 64 && result.errors.contains("--no-such-option"), "\(result)")
  }
}

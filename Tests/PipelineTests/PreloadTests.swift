import Foundation
import TestSupport
import Testing

/// Clusters and debugging aids preload libraries (LD_PRELOAD), some of which
/// change the environment before a program starts.
struct PreloadTests {
  @Test(arguments: ToolContractTests.tools)
  func argumentsAreKnownThough(_ tool: String) throws {
    let scratch = try Scratch()
    let library = try PreloadedLibrary(
      """
      #include <stdlib.h>
      __attribute__((constructor)) static void change(void) { setenv("VQA_PRELOADED", "1", 1); }
      """, in: scratch)
    var command = Command.tool(tool, ["--no-such-option"])
    command.environment["LD_PRELOAD"] = library.path
    let result = try command.run()
    #expect(result.status == 64 && result.errors.contains("--no-such-option"), "\(result)")
  }
}

import Foundation
import TestSupport
import Testing

/// Data sets in the layouts that people use.
struct LayoutTests {
  @Test(.timeLimit(.minutes(15)))
  func writesTheRowsOfEveryLayout() throws {
    let scratch = try Scratch()
    let tool = Command.builtProducts.appending(path: "vqa-extract").path
    let result = try Python.script(
      "Tests/ExtractTests/oracle/layouts.py", [scratch.url.path, tool]
    ).run()
    #expect(result.status == 0, "\(result)")
    #expect(result.output == "", "\(result)")
  }
}

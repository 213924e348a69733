import Foundation
import TestSupport
import Testing

/// Rows and files are a function of the input, whatever the number of threads.
@Suite struct HashOrderTests {
  @Test(.timeLimit(.minutes(15)))
  func theFirstInTheInputGetsTheName() throws {
    let input = try Python.script("Tests/HashTests/make_pairs.py", ["24"]).run()
    try #require(input.status == 0, "\(input)")
    let alone = try Scratch()
    let expected = try HashSupport.run(["--jobs", "1"], in: alone, input.output)
    #expect(expected.status == 1)
    let codes = try Set(expected.lines.compactMap { try HashSupport.errorCode($0) })
    #expect(codes == ["hash_taken", "no_image"])
    let files = try contents(alone)
    for jobs in ["2", "3", "8"] {
      let scratch = try Scratch()
      let result = try HashSupport.run(["--jobs", jobs], in: scratch, input.output)
      #expect(result.stdout == expected.stdout, "--jobs \(jobs)")
      #expect(try contents(scratch) == files, "--jobs \(jobs)")
      let again = try HashSupport.run(["--jobs", jobs, "--force"], in: scratch, input.output)
      #expect(again.lines.count == expected.lines.count)
      #expect(try contents(scratch) == files, "--jobs \(jobs) --force")
    }
  }

  private func contents(_ scratch: Scratch) throws -> [String: Data] {
    var contents: [String: Data] = [:]
    for name in try scratch.list("md5_images") {
      let file = scratch.url.appending(path: "md5_images/\(name)")
      contents[name] = try Data(contentsOf: file)
    }
    return contents
  }
}

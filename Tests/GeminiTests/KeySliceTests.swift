import TestSupport
import Testing

@testable import vqa_gemini

/// Keys dealt to several hosts.
struct KeySliceTests {
  /// Keys of files as people have them: one project each, some of one project,
  /// a project's keys apart from each other, all of one.
  static let files = ["a b c d e", "a=p b=p c d=q e=q", "a=p b=q c=p d=q e", "a=p b=p", "a"]

  private static func keys(_ text: String) throws -> [APIKey] {
    try text.split(separator: " ").map { word in
      let parts = word.split(separator: "=")
      return try APIKey(
        secret: String(parts[0]), project: parts.count > 1 ? String(parts[1]) : nil)
    }
  }

  @Test(arguments: files, 1...6)
  func theSlicesAreAllKeysAndShareNoProject(_ file: String, _ count: Int) throws {
    let all = try Self.keys(file)
    let projects = Set(all.map { $0.project ?? $0.secret })
    var dealt: [APIKey] = []
    var seen: [Int] = []
    for number in 1...count {
      let slice = KeySlice(number: number, count: count)
      guard number <= projects.count else {
        #expect(throws: (any Error).self) { try slice.keys(of: all) }
        continue
      }
      let keys = try slice.keys(of: all)
      let own = Set(keys.map { $0.project ?? $0.secret })
      #expect(own.isDisjoint(with: dealt.map { $0.project ?? $0.secret }))
      dealt += keys
      seen.append(own.count)
    }
    #expect(Set(dealt.map(\.secret)) == Set(all.map(\.secret)) && dealt.count == all.count)
    // Nobody has two projects more than another.
    #expect((seen.max() ?? 0) - (seen.min() ?? 0) <= 1)
  }

  @Test(arguments: ["", "1", "/", "0/2", "3/2", "-1/2", "1/0", "1/2/3", "a/b", "1 /2"])
  func whatIsNoSliceIsRefused(_ text: String) {
    #expect(KeySlice(argument: text) == nil)
  }

  @Test func rowsThatNeedNothingNeedNoKey() throws {
    #expect(try KeySlice(number: 2, count: 3).keys(of: []).isEmpty)
  }

  @Test func theToolSendsOnlyWithItsSlice() throws {
    let server = try StandIn(["--key", "k1 project=a", "--key", "k2 project=b"])
    let run = try GeminiRun(server.baseURL)
    let keys = try run.scratch.write("k1 project=a\nk2 project=b\n", to: "keys")
    let result = try run.tool(["--keys", keys, "--keys-slice", "2/2"]).run(input: run.rows(3))
    #expect(result.status == 0, "\(result)")
    let projects = try server.stats().projects
    #expect(projects["b"]?["admitted"] == 3 && projects["a"]?["admitted"] ?? 0 == 0, "\(projects)")
    let none = try run.tool(["--keys", keys, "--keys-slice", "3/3"]).run(input: run.rows(1))
    #expect(none.status == 2 && none.errors.contains("--keys-slice 3/3"), "\(none)")
  }
}

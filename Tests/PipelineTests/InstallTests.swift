import Foundation
import TestSupport
import Testing

/// What `make install` puts where, and what the man pages say.
struct InstallTests {
  private static let tools = ["vqa-extract", "vqa-hash", "vqa-gemini", "vqa-merge"]

  private func make(_ target: String, in scratch: Scratch) throws -> CommandResult {
    var command = Command(
      "/usr/bin/make",
      [
        "-s", target, "BIN_DIR=\(Command.builtProducts.path)", "MADE_DIR=\(scratch.path("made"))",
        "DESTDIR=\(scratch.path("root"))", "PREFIX=/usr",
      ])
    command.directory = Command.sourceRoot
    return try command.run()
  }

  @Test func installPutsEveryFileInItsPlaceAndUninstallTakesItAway() throws {
    let scratch = try Scratch()
    let early = try make("install", in: scratch)
    #expect(early.status != 0 && early.errors.contains("run make first"), "\(early)")
    for target in ["docs", "install"] {
      let result = try make(target, in: scratch)
      try #require(result.status == 0, "\(result)")
    }
    for tool in Self.tools {
      for place in [
        "bin/\(tool)", "share/man/man1/\(tool).1", "share/bash-completion/completions/\(tool)",
        "share/zsh/site-functions/_\(tool)", "share/fish/vendor_completions.d/\(tool).fish",
      ] { #expect(try !scratch.read("root/usr/\(place)").isEmpty) }
    }
    for place in [
      "bash-completion/completions/vqa-hash", "zsh/site-functions/_vqa-hash",
      "fish/vendor_completions.d/vqa-hash.fish",
    ] {
      let script = String(decoding: try scratch.read("root/usr/share/\(place)"), as: UTF8.self)
      #expect(!script.contains("subcommand help") && !script.contains("->arg"), "\(place)")
    }
    let pages = try scratch.list("root/usr/share/man/man1").map {
      scratch.path("root/usr/share/man/man1/\($0)")
    }
    let all = pages + [scratch.path("root/usr/share/man/man7/vqa.7")]
    let lint = try Command("/usr/bin/mandoc", ["-T", "lint", "-W", "warning"] + all).run()
    #expect(lint.status == 0, "\(lint)")
    let removed = try make("uninstall", in: scratch)
    #expect(removed.status == 0, "\(removed)")
    let left = try Command("/usr/bin/find", [scratch.path("root"), "-type", "f"]).run()
    #expect(left.lines == [])
  }

  @Test(arguments: tools)
  func everyOptionStandsOnThePage(_ tool: String) throws {
    let scratch = try Scratch()
    try #require(make("docs", in: scratch).status == 0)
    let page = try Command(
      "/usr/bin/mandoc", ["-T", "ascii", "-O", "width=400", scratch.path("made/\(tool).1")]
    ).run()
    // Bold letters are struck twice.
    let text = page.output.replacing(/.\u{8}/, with: "")
    let help = try Command.tool(tool, ["--help"]).run()
    // Those that begin a line; examples name options of other tools too.
    let options = help.lines.compactMap {
      $0.prefixMatch(of: #/ +(?:-., )?(--[a-z-]+)/#).map { String($0.output.1) }
    }
    #expect(options.count > 5)
    for option in options { #expect(text.contains(option), "\(option)") }
  }
}

import Foundation
import TestSupport
import Testing

@testable import vqa_merge

/// `--format html`, but for what only a browser can tell (Tests/page).
@Suite struct PageTests {
  /// Prints the data of a page, and whether the content policy allows its
  /// style and script and nothing else.
  private static let reader = """
    import base64, hashlib, html.parser, json, re, sys
    class Page(html.parser.HTMLParser):
        open, blocks, texts, policy, addresses = None, [], {}, "", []
        def handle_starttag(self, tag, attributes):
            attributes = dict(attributes)
            self.addresses += [v for k, v in attributes.items() if k in ("src", "href", "action")]
            if tag == "meta" and "http-equiv" in attributes: self.policy = attributes["content"]
            if tag in ("script", "style"):
                self.open = attributes.get("class") or attributes.get("id") or tag
                self.texts.setdefault(self.open, []).append("")
        def handle_data(self, data):
            if self.open: self.texts[self.open][-1] += data
        def handle_endtag(self, tag): self.open = None
    page = Page()
    page.feed(sys.stdin.read())
    for name in ("style", "script"):
        (text,) = page.texts[name]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}';" in page.policy, page.policy
    assert page.policy.startswith("default-src 'none';"), page.policy
    assert page.addresses == ["#detail"], page.addresses
    images = [image for block in page.texts["data"] for image in json.loads(block)]
    for image in images:
        for pair in image["pairs"]:
            text = pair["answer"].encode("utf-8", "replace").replace(b"?", b"\\xef\\xbf\\xbd") \\
                if "\\ud800" in pair["answer"] else pair["answer"].encode()
            assert pair.pop("sha256") == hashlib.sha256(text).hexdigest()
    print(json.dumps([json.loads(page.texts["about"][0])["title"], images]))
    """

  private func read(_ page: Data) throws -> String {
    let result = try Python.code(Self.reader).run(input: String(decoding: page, as: UTF8.self))
    try #require(result.status == 0, "\(result)")
    return result.output.trimmingCharacters(in: .newlines)
  }

  @Test(arguments: ["yes", "no"])
  func dataSurviveWhateverTheyHold(ascii: String) throws {
    let hostile = #"</script><!--<script>\u0000\ud800 \u202e & é"#
    let scratch = try Scratch()
    let rows = [
      TestRow(0).with(\.question, hostile).with(\.answer, "Yes. " + hostile + "."),
      TestRow(1).with(\.id, nil).with(\.answer, "No. Explanation: it is not").with(\.row, nil),
      TestRow(2).failed,
    ]
    let details =
      #","gemini":{"model":"m","model_version":"v</script>"},"blind_answer":{"text":"No","agrees":false}}"#
    let text = [rows[0].line.dropLast() + details, rows[1].line, rows[2].line].joined(
      separator: "\n")
    let result = try merge(
      ["--format", "html", "--ensure-ascii", ascii, "-o", scratch.path("a<b.html")], input: text)
    #expect(result.status == 1, "\(result)")
    let found = try read(try scratch.read("a<b.html"))
    #expect(
      found.hasPrefix(#"["Review of a<b.html", [{"hash": "aa", "size": "566,555", "src": "../"#))
    let question = #"</script><!--<script>\u0000\ud800 \u202e & \u00e9"#
    #expect(
      found.contains(
        #"{"id": "train/0", "question": "\#(question)", "reference": "Yes", "answer": "Yes. \#(question).", "#
          + #""split": "train", "kind": "closed", "model": "m (v</script>)", "#
          + #""blind": {"text": "No", "agrees": false}, "flags": [["blind_disagrees", ["No"]]]}"#),
      "\(found)")
    #expect(
      found.hasSuffix(
        #""model": "unknown", "blind": null, "flags": [["contradicts_polarity", ["no"]], "#
          + #"["breaks_off", ["it", "is", "not"]]]}]}]]"#), "\(found)")
  }

  @Test func picturesAreLinkedOrEmbedded() throws {
    let scratch = try Scratch()
    let drawn = try Python.code(
      "import sys; from PIL import Image; Image.new('RGB', (2, 1)).save(sys.argv[1])",
      [scratch.path("a b%.png")]
    ).run()
    try #require(drawn.status == 0, "\(drawn)")
    func run(_ path: String, _ options: [String]) throws -> CommandResult {
      var tool = Command.tool("vqa-merge", ["--format", "html"] + options)
      tool.directory = scratch.url
      return try tool.run(input: TestRow(0).with(\.path, path).line)
    }
    #expect(try read(run("a b%.png", []).stdout).contains(#""src": "a%20b%25.png""#))
    let embedded = try read(run("a b%.png", ["--embed-images"]).stdout)
    let base64 = try scratch.read("a b%.png").base64EncodedString()
    #expect(embedded.contains("\"src\": \"data:image/png;base64,\(base64)\""), "\(embedded)")
    let missing = try run("none.png", ["--embed-images", "-o", "x.html"])
    #expect(missing.status == 2)
    #expect(missing.errors.contains("none.png: No such file"), "\(missing)")
    #expect(try run("a", ["--embed-images", "--format", "llava"]).status == 64)
  }

  @Test(arguments: [
    ("i/a.png", "/d", "i/a.png"), ("/d/i/a.png", "/d/x/y", "../../i/a.png"),
    ("../a", "/d/e", "../a"),
    ("javascript:x", "/d", "javascript%3Ax"), ("a?b#c", "/d", "a%3Fb%23c"),
    ("./i//é", "/d", "i/%C3%A9"),
    ("/other/a", "/d", "../other/a"),
  ])
  func linksAreRelative(path: String, folder: String, link: String) {
    let folder = folder.split(separator: "/")
    let path = path.hasPrefix("/") ? path : "/" + folder.joined(separator: "/") + "/" + path
    #expect(PageLink.relative(path, to: folder) == link)
  }

  @Test func anySizeIsShown() throws {
    let page = try merge(
      ["--format", "html"], input: TestRow(0).with(\.size, "[1e400, -0.10]").line)
    #expect(try read(page.stdout).contains(#""size": "Infinity,-0.1""#))
  }

  @Test func nothingIsAPageToo() throws {
    let page = try merge(["--format", "html", "--expect", "0"])
    #expect(page.status == 0)
    #expect(page.output.contains("id=\"about\""))
  }

  @Test func anotherDataSetHasAnotherDigest() throws {
    func digest(_ rows: TestRow...) throws -> Substring? {
      let page = try merge(["--format", "html"], input: rows.map { $0.line + "\n" }.joined()).output
      return page.firstMatch(of: #/"digest":"([0-9a-f]{64})"/#)?.1
    }
    let first = try #require(try digest(TestRow(0)))
    #expect(try digest(TestRow(0)) == first)
    #expect(try digest(TestRow(1)) != first)
  }
}

import Foundation
import TestSupport
import Testing

/// Every example in the documents does what it says, with the stand-in for the
/// API and the sample in the place of the data set on the Hub.
struct DocumentTests {
  private let scratch: Scratch
  private let standIn: StandIn

  init() throws {
    scratch = try Scratch("documents")
    standIn = try StandIn()
  }

  /// The cache of `huggingface_hub` with the sample as VQA-RAD, and an empty
  /// folder to work in.
  private func makeFolders() throws {
    try FileManager.default.createDirectory(
      atPath: scratch.path("work"), withIntermediateDirectories: true)
    let revision = String(repeating: "0", count: 40)
    let folder = "huggingface/hub/datasets--flaviagiammarino--vqa-rad"
    try scratch.write(revision, to: "\(folder)/refs/main")
    for file in [Sample.train, Sample.test] {
      try scratch.write(
        Data(contentsOf: URL(filePath: file)),
        to: "\(folder)/snapshots/\(revision)/data/\(URL(filePath: file).lastPathComponent)")
    }
  }

  /// Runs a script by bash in the folder `work`, stderr going where stdout goes.
  private func run(_ script: String) throws -> CommandResult {
    // The key in a document is nobody's.
    let script = script.replacing(
      "GEMINI_API_KEY=...", with: "GEMINI_API_KEY=\(StandIn.defaultKey)")
    var command = Command("/bin/bash", ["-c", "exec 2>&1\n" + script])
    command.directory = scratch.url.appending(path: "work")
    let programs = [Command.builtProducts.path, Command.sourceRoot.path + "/.build/venv/bin"]
    command.environment = [
      "PATH": (programs + ["/usr/local/bin", "/usr/bin", "/bin"]).joined(separator: ":"),
      "GEMINI_API_KEY": StandIn.defaultKey, "GOOGLE_GEMINI_BASE_URL": standIn.baseURL,
      "XDG_CACHE_HOME": scratch.path("cache"), "XDG_STATE_HOME": scratch.path("state"),
      "HF_HOME": scratch.path("huggingface"), "HF_HUB_OFFLINE": "1",
      "SAMPLE": Command.sourceRoot.appending(path: "pipelines/sample").path,
      "P": Command.sourceRoot.appending(path: "pipelines").path,
    ]
    return try command.run()
  }

  /// What examples find in their folder: a result with an answer missing, and
  /// the files of its making.
  private static let preparation = """
    set -eo pipefail
    printf '%s\\n' "$GEMINI_API_KEY" > keys.txt && chmod 600 keys.txt
    vqa-extract --split train > rows.jsonl
    vqa-hash < rows.jsonl > hashed.jsonl
    vqa-gemini --rpm 600 hashed.jsonl |
      jq -c 'if .row == 3 then del(.descriptive_answer, .gemini) |
        .error = {stage: "vqa-gemini", code: "blocked", message: "SAFETY"} else . end' > answered.jsonl
    vqa-merge --failed failed.jsonl -o train.json answered.jsonl || [ $? -eq 1 ]
    vqa-gemini < failed.jsonl > again.jsonl
    cp answered.jsonl train.jsonl
    cp train.json vqa_rad_gemini_train.json
    mkdir md5_train && cp train.json md5_train/vqa_rad_gemini_train.json
    for name in anna ben; do
      jq -c --arg name $name --arg digest "$(jq -j 'select(.row == 5).descriptive_answer' answered.jsonl |
        sha256sum | cut -c 1-64)" 'select(.row == 5) | {id, image_hash, verdict: "reject", reasons: [], note: "",
        reviewer: $name, time: "2026-01-01T12:00:00Z", answer_sha256: $digest}' answered.jsonl > $name.jsonl
    done
    """

  /// The folders in which the preparation has run, made once: each example gets
  /// a copy.
  private static let prepared = Result {
    let tests = try DocumentTests()
    try tests.makeFolders()
    let made = try tests.run(preparation)
    try #require(made.status == 0, "\(made)")
    return tests.scratch
  }

  /// docs/*.md but the tutorial, which is one session.
  private static var guides: [String] {
    get throws {
      try FileManager.default
        .contentsOfDirectory(atPath: Command.sourceRoot.appending(path: "docs").path)
        .filter { $0.hasSuffix(".md") && $0 != "tutorial.md" }.sorted().map { "docs/\($0)" }
    }
  }

  private static let pages = [
    "vqa-extract.1.in", "vqa-hash.1.in", "vqa-gemini.1.in", "vqa-merge.1.in", "vqa.7",
  ]
  .map { "docs/man/\($0)" }

  @Test(arguments: try (["README.md"] + guides + pages).flatMap(Example.all))
  func anExampleWorks(_ example: Example) throws {
    let prepared = try Self.prepared.get()
    for folder in try prepared.list() {
      try FileManager.default.copyItem(
        at: prepared.url.appending(path: folder), to: scratch.url.appending(path: folder))
    }
    let result = try run("set -o pipefail\n" + example.script)
    // Rows of the input had failed, and may be in the output.
    #expect(result.status == 0 || result.status == 1, "\(result)")
    #expect(!result.output.contains("Usage:") && !result.output.contains("not found"), "\(result)")
  }

  /// A tutorial is one session: each command finds what the ones before it have
  /// left, and prints what is shown.
  @Test func theTutorialGoesAsItSays() throws {
    try makeFolders()
    let examples = try Example.all(in: "docs/tutorial.md")
    #expect(examples.count > 10)
    for example in examples {
      let result = try run("set -o pipefail\n" + example.script)
      #expect(result.status <= 1, "\(example.testDescription): \(result)")
      guard let shown = example.output else { continue }
      var printed = result.output.components(separatedBy: "\n")
      if printed.last == "" { printed.removeLast() }
      #expect(
        Example.matches(printed, shown),
        "\(example.testDescription): \(shown.joined(separator: "\n")) but \(result)")
    }
  }

  /// The codes of rows' errors are a closed list, and each is explained. They
  /// are found in the sources, where they are written out.
  @Test(arguments: ["vqa-extract", "vqa-hash", "vqa-gemini"])
  func everyErrorCodeStandsOnThePage(_ tool: String) throws {
    let root = Command.sourceRoot
    let sources = FileManager.default.enumerator(
      at: root.appending(path: "Sources/\(tool)"), includingPropertiesForKeys: nil)
    var codes: Set<String> = []
    for case let file as URL in try #require(sources) where file.pathExtension == "swift" {
      let text = try String(contentsOf: file, encoding: .utf8)
      for pattern in Self.codePatterns(tool, file.lastPathComponent) {
        for match in text.matches(of: try Regex(pattern, as: (Substring, Substring).self)) {
          codes.insert(String(match.output.1))
        }
      }
    }
    // Written as `bad_\(key)`.
    if tool == "vqa-extract" { codes.formUnion(["bad_question", "bad_answer"]) }
    #expect(codes.count > 5, "\(codes)")
    let guide = ["vqa-extract": "datasets", "vqa-hash": "pictures", "vqa-gemini": "asking"][tool]!
    for place in ["docs/man/\(tool).1.in", "docs/\(guide).md"] {
      let page = try String(contentsOf: root.appending(path: place), encoding: .utf8)
      let words = Set(page.matches(of: #/[a-z_]+/#).map { String($0.output) })
      #expect(codes.subtracting(words) == [], "\(place)")
    }
  }

  private static func codePatterns(_ tool: String, _ file: String) -> [String] {
    if tool == "vqa-gemini" {
      return file == "ErrorCode.swift" ? [#"case ([a-z]+)\n"#, #"case \w+ = "([a-z_]+)""#] : []
    }
    return [#"code: "([a-z_]+)""#]
      + (file == "ImageStore.swift" ? [#"case \.[^\n]*: "([a-z_]+)""#] : [])
  }

  /// README is for a person in a hurry; reference has its place in docs.
  @Test func readmeIsShortAndLeadsToEveryPage() throws {
    let readme = try String(
      contentsOf: Command.sourceRoot.appending(path: "README.md"), encoding: .utf8)
    #expect(readme.split(separator: "\n", omittingEmptySubsequences: false).count <= 250)
    for page in try Self.guides + ["docs/tutorial.md", "SECURITY.md", "CHANGELOG.md"] {
      #expect(readme.contains("](\(page))"), "\(page)")
    }
  }

  /// What a document has a person type in the checkout exists.
  @Test func everyScriptAndTargetThatIsNamedExists() throws {
    let root = Command.sourceRoot
    for name in ["README.md", "CONTRIBUTING.md", "docs/tutorial.md"] + (try Self.guides) {
      let text = try String(contentsOf: root.appending(path: name), encoding: .utf8)
      for match in text.matches(
        of: #/\b(?:pipelines|Tests|Benchmarks|Fuzz|docs|Sources)/[\w./-]*\w/#)
      {
        let path = root.appending(path: String(match.output)).path
        #expect(FileManager.default.fileExists(atPath: path), "\(name): \(match.output)")
      }
      for match in text.matches(of: #/(?m)^(?:sudo )?make ([a-z]+)/#) {
        let dry = try Command("/usr/bin/make", ["-n", "-C", root.path, String(match.output.1)])
          .run()
        #expect(dry.status == 0, "\(name): \(dry)")
      }
    }
  }

  @Test func everyLinkToAFileLeadsSomewhere() throws {
    for name in ["README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/tutorial.md"]
      + (try Self.guides)
    {
      let file = Command.sourceRoot.appending(path: name)
      let text = try String(contentsOf: file, encoding: .utf8)
      for match in text.matches(of: #/\]\(([^)#:]+)(?:#[^)]*)?\)/#) {
        let target = file.deletingLastPathComponent().appending(path: String(match.output.1))
        #expect(FileManager.default.fileExists(atPath: target.path), "\(name): \(match.output.1)")
      }
    }
  }
}

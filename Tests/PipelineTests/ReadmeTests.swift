import Foundation
import TestSupport
import Testing

/// What README shows beside the main example, done as it stands there.
@Suite(.timeLimit(.minutes(15)))
struct ReadmeTests {
  private let scratch: Scratch
  private let standIn: StandIn

  init() throws {
    scratch = try Scratch("readme")
    standIn = try StandIn()
  }

  private func bash(_ script: String) throws -> CommandResult {
    var command = Command("/bin/bash", ["-c", "set -eo pipefail; \(script)"])
    command.directory = scratch.url
    command.environment = [
      "GEMINI_API_KEY": StandIn.defaultKey, "GOOGLE_GEMINI_BASE_URL": standIn.baseURL,
      "XDG_CACHE_HOME": scratch.path("cache"), "XDG_STATE_HOME": scratch.path("state"),
    ]
    return try command.run()
  }

  private func makeResult() throws {
    let made = try bash(
      """
      vqa-extract '\(Sample.train)' | vqa-hash | vqa-gemini |
        vqa-merge -o vqa_rad_gemini_train.json
      """)
    try #require(made.status == 0, "\(made)")
  }

  /// A result of the notebook, some of whose pairs were never answered: the
  /// others pass through, and the whole is what it should be.
  @Test func anOldResultIsTakenOver() throws {
    try makeResult()
    let whole = try scratch.read("vqa_rad_gemini_train.json")
    let cut = try Python.code(
      """
      import json, sys
      data = json.load(sys.stdin)
      pairs = [pair for image in data.values() for pair in image["qa_pairs"]]
      for number, (change) in {3: None, 7: "", 11: " \\n", 12: None}.items():
          pairs[number]["descriptive_answer"] = change
      del pairs[20]["descriptive_answer"]
      with open(sys.argv[1], "w") as f:
          json.dump(data, f, indent=2)
      """, [scratch.path("old.json")]
    ).run(input: whole)
    try #require(cut.status == 0, "\(cut)")
    let asked = try standIn.stats().requests
    let taken = try bash(
      "vqa-extract old.json | vqa-hash | vqa-gemini --no-cache | vqa-merge -o new.json")
    #expect(taken.status == 0, "\(taken)")
    #expect(try standIn.stats().requests == asked + 5)
    #expect(try scratch.read("new.json") == whole)
  }

  /// `datasets` takes the split from names of files, so that the folder that
  /// is loaded holds the images and their metadata alone.
  @Test func anImageFolderIsLoadedThoughTheResultIsBesideIt() throws {
    try makeResult()
    let made = try bash(
      """
      vqa-merge --into vqa_rad_gemini_train.json --expect 0 --format imagefolder \
        -o md5_images/metadata.jsonl </dev/null
      """)
    try #require(made.status == 0, "\(made)")
    var load = try Python.code(
      """
      import os, tempfile
      os.environ["HF_HUB_OFFLINE"] = "1"
      os.environ["HF_HOME"] = tempfile.mkdtemp()
      from datasets import load_dataset
      data = load_dataset("imagefolder", data_dir="md5_images", split="train")
      print(len(data), data[0]["image"].size, sorted(data.column_names))
      """)
    load.directory = scratch.url
    let loaded = try load.run()
    #expect(loaded.status == 0, "\(loaded)")
    #expect(
      loaded.output
        == "29 (224, 240) ['descriptive_answer', 'image', 'original_answer', 'question', 'split']\n",
      "\(loaded)")
  }

  /// Six lines of Python that read the result.
  @Test func theResultIsReadAsShown() throws {
    try makeResult()
    let readme = try String(
      contentsOf: Command.sourceRoot.appending(path: "README.md"), encoding: .utf8)
    let code = try #require(readme.firstMatch(of: #/```python\n((?s).*?)```/#)).output.1
    var read = try Python.code(String(code))
    read.directory = scratch.url
    let printed = try read.run()
    #expect(printed.status == 0, "\(printed)")
    #expect(printed.output.split(separator: "\n").count == 29)
    #expect(printed.output.contains("Explanation:"))
  }

  /// Which stage gave up a pipe's one status does not tell; README says how to
  /// know, and that the answers so far are in the result.
  @Test func aBudgetThatIsUsedUpIsSeenInThePipe() throws {
    let stopped = try bash(
      """
      set +e
      vqa-extract '\(Sample.train)' | vqa-hash | vqa-gemini --max-requests 5 | vqa-merge -o out.json
      echo "$? ${PIPESTATUS[2]}"
      vqa-extract '\(Sample.train)' | vqa-hash | vqa-gemini --max-requests 5 | vqa-merge -o out.json
      echo "${PIPESTATUS[2]}"
      """)
    #expect(stopped.output == "1 75\n75\n", "\(stopped)")
    let result = try JSONSerialization.jsonObject(with: scratch.read("out.json"))
    let images = try #require(result as? [String: [String: Any]])
    #expect(images.values.flatMap { $0["qa_pairs"] as? [Any] ?? [] }.count == 10)
  }
}

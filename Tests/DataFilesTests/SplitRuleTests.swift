import Testing

@testable import DataFiles

/// What `datasets` does not look at, or does otherwise than the design.
struct SplitRuleTests {
  @Test(arguments: [
    (["data/train-00000-of-00002.parquet"], "1 of 2 files"),
    (["data/train-00001-of-00002-abc.parquet"], "data/train-00000-of-00002"),
    (["data/train-00000-of-00002.parquet", "data/train-00001-of-00003.parquet"], "1 of"),
    (["a/train-00002-of-00003.csv", "b/train-00000-of-00003.csv"], "1 of 3"),
    (["default/train/0001.parquet"], "before default/train/0001.parquet"),
    (["default/partial-train/0000.parquet"], "only a part"),
    (["x/partial-train/a.parquet"], "only a part"),
    (["train.csv.gz"], "compressed"),
    (["train/data-00000-of-00001.arrow", "train/state.json", "dataset_dict.json"], "save_to_disk"),
  ])
  func aSplitThatLacksAFileSaysSo(_ paths: [String], _ words: String) {
    var problem: String?
    do throws(DataFilesError) {
      problem = try DataFiles(paths: paths).splits.first?.problem
    } catch {
      problem = error.description
    }
    #expect(problem?.contains(words) == true, "\(problem ?? "none")")
  }

  @Test func aSplitIsRefusedOnlyWhenItIsRead() throws {
    let files = try DataFiles(paths: [
      "data/train-00000-of-00002.parquet", "data/test-00000-of-00001.parquet",
    ])
    #expect(try files.chosen("test").map(\.name) == ["test"])
    #expect(throws: DataFilesError.self) { try files.chosen("train") }
    #expect(throws: DataFilesError.self) { try files.chosen(nil) }
    #expect(throws: DataFilesError.self) { try files.chosen("dev") }
  }

  /// A pattern is matched in time that its length and the path's bound.
  @Test(.timeLimit(.minutes(15)))
  func manyWildcardsTakeNoTime() throws {
    let pattern = String(repeating: "**/", count: 60) + "x.csv"
    var card = Card()
    try card.read(
      "configs:\n- config_name: a\n  data_files: '\(pattern)'\n", of: ".huggingface.yaml")
    let folders = String(repeating: "a/", count: 60)
    let files = try DataFiles(paths: [folders + "x.csv", folders + "y.csv"], card: card)
    #expect(files.splits.flatMap(\.paths) == [folders + "x.csv"])
  }

  @Test func theConversionHasConfigurations() throws {
    let paths = ["b/train/0000.parquet", "b/testmini/0000.parquet", "a/train/0000.parquet"]
    #expect(throws: DataFilesError.self) { try DataFiles(paths: paths) }
    let files = try DataFiles(paths: paths, configuration: "b")
    #expect(files.splits.map(\.name) == ["train", "testmini"])
    let usual = try DataFiles(paths: paths + ["default/x/0000.parquet"])
    #expect(usual.configuration == "default")
  }

  @Test func foldersThatAreReadAsOneAreReported() throws {
    let mixed = try DataFiles(paths: ["a/train.csv", "b/train.csv"])
    #expect(mixed.notes.count == 1)
    #expect(try DataFiles(paths: ["train/a.csv", "test/a.csv"]).notes.isEmpty)
    #expect(try DataFiles(paths: ["a/train.csv"]).notes.isEmpty)
    let one = try DataFiles(paths: ["a/train.csv", "b/train.csv"], configuration: "b")
    #expect(one.splits.flatMap(\.paths) == ["b/train.csv"])
  }

  @Test(arguments: [
    "---\nconfigs: a\n---\n", "---\nconfigs:\n- data_files: x\n---\n",
    "---\nconfigs:\n- config_name: a\n  data_files: [{split: x}]\n---\n",
    "---\nconfigs:\n- config_name: a\n  data_files: [{split: x, path: a}, {split: x, path: b}]\n---\n",
    "---\nconfigs: [\n---\n", "---\nconfigs: *a\n---\n",
    "---\na: &a [x, x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n"
      + "c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c]\n"
      + "e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d]\nf: &f [*e, *e, *e, *e, *e, *e, *e, *e, *e]\n"
      + "g: [*f, *f, *f, *f, *f, *f, *f, *f, *f, *f]\n---\n",
  ])
  func aCardThatCannotBeReadIsRefused(_ text: String) {
    var card = Card()
    #expect(throws: DataFilesError.self) { try card.read(text, of: "README.md") }
  }

  /// Not an argument: it would fill the log.
  @Test func aCardThatNestsTooDeepIsRefused() {
    let text = "---\n\(String(repeating: "[", count: 100_000))\n---\n"
    var card = Card()
    #expect(throws: DataFilesError.self) { try card.read(text, of: "README.md") }
  }

  @Test(arguments: [
    "", "no front matter", "---\n", "# A\n---\nconfigs: x\n---\n", "---\nlicense: mit\n---\n",
    "---\nconfigs:\n---\n", "\u{FEFF}---\r\nlicense: mit\r\n---\r\n",
  ])
  func aCardMaySayNothing(_ text: String) throws {
    var card = Card()
    try card.read(text, of: "README.md")
    #expect(card.configurations.isEmpty)
  }

  @Test(arguments: [
    ("train-00000-of-00001.parquet", "train"), ("data/test-00011-of-00012-0a1b2c.parquet", "test"),
    ("a-b-00000-of-00001.parquet", "a-b"), ("testdev-00000-of-00001.parquet", "testdev"),
    ("validation.parquet", "validation"), ("dev.jsonl", "validation"), ("test_2.csv", "test"),
    ("default/train/0000.parquet", "train"), ("default/testmini/0000.parquet", "testmini"),
    ("images/test/metadata.jsonl", "test"), ("images/metadata.csv", nil), ("vqa.parquet", nil),
    ("data/0000.parquet", nil), ("0000.parquet", nil), ("", nil), ("contest.csv", nil),
  ])
  func aFileNamesItsSplit(path: String, split: String?) {
    #expect(SplitName.of(path) == split)
  }
}

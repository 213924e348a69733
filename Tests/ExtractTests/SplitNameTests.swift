import Testing

@testable import vqa_extract

struct SplitNameTests {
  @Test(arguments: [
    ("train-00000-of-00001.parquet", "train"),
    ("data/test-00011-of-00012-0a1b2c3d4e5f6789.parquet", "test"),
    ("a-b-00000-of-00001.parquet", "a-b"),
    ("validation.parquet", "validation"),
    ("dev.jsonl", "validation"),
    ("default/train/0000.parquet", "train"),
    ("default/partial-test/0000.parquet", "test"),
    ("vqa.parquet", nil),
    ("train-of-thought.parquet", nil),
    ("data/0000.parquet", nil),
    ("0000.parquet", nil),
    ("", nil),
  ])
  func tellsTheSplit(path: String, split: String?) {
    #expect(SplitName(ofFileAt: path)?.split == split)
  }
}

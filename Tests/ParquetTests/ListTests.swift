import Foundation
import Parquet
import TestSupport
import Testing

/// Lists of every shape, read row by row as pyarrow reads them.
struct ListTests {
  @Test(.timeLimit(.minutes(15)))
  func readsWhatOtherWritersWrite() throws {
    let scratch = try Scratch()
    let made = try Python.script("Tests/oracle/parquet_lists.py", [scratch.url.path]).run()
    try #require(made.status == 0, "\(made)")
    let files = try FileManager.default.contentsOfDirectory(atPath: scratch.url.path)
      .filter { $0.hasSuffix(".parquet") }.sorted()
    // 2 versions × 5 encodings × 5 patterns × 2 sizes of pyarrow, 6 codecs × 5 patterns of polars
    // and of duckdb, 19 old layouts: a script that wrote less has not tested what it says.
    #expect(files.count == 100 + 30 + 30 + 19)
    for name in files {
      let expected = String(decoding: try scratch.read(name + ".expected"), as: UTF8.self)
        .split(separator: "\n").map(String.init)
      let file = try ParquetFile(path: scratch.path(name))
      let rows = try CanonicalText.fields(of: file)
      #expect(rows.count == expected.count, "\(name)")
      let wrong = zip(rows, expected).enumerated().first { $1.0 != $1.1 }
      #expect(wrong == nil, "\(name), row \(wrong?.offset ?? 0)")
      // Somewhere inside a page, and behind whole row groups.
      for skipped in [1, 17, 500] {
        let tail = try CanonicalText.fields(of: file, skipping: skipped)
        #expect(tail.elementsEqual(rows.dropFirst(skipped)), "\(name) behind row \(skipped)")
      }
    }
  }
}

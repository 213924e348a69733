import Foundation
import Parquet
import TestSupport
import Testing

/// Files of other writers, read row by row as pyarrow reads them.
struct OracleTests {
  @Test(.timeLimit(.minutes(15)))
  func readsWhatOtherWritersWrite() throws {
    let scratch = try Scratch()
    let made = try Python.script("Tests/oracle/parquet_matrix.py", [scratch.url.path]).run()
    try #require(made.status == 0, "\(made)")
    let files = try FileManager.default.contentsOfDirectory(atPath: scratch.url.path)
      .filter { $0.hasSuffix(".parquet") }.sorted()
    // 6 codecs × 2 versions × 5 encodings × 3 × 2 of pyarrow, 36 of polars, 36 of duckdb, 3 of
    // datasets: a script that wrote less has not tested what it says.
    #expect(files.count == 360 + 36 + 36 + 3)
    for name in files {
      let expected = String(decoding: try scratch.read(name + ".expected"), as: UTF8.self)
        .split(separator: "\n").map(String.init)
      let file = try ParquetFile(path: scratch.path(name))
      let rows = try CanonicalText.rows(of: file)
      #expect(rows.count == expected.count, "\(name)")
      let wrong = zip(rows, expected).enumerated().first { $1.0 != $1.1 }
      #expect(wrong == nil, "\(name), row \(wrong?.offset ?? 0)")
      // Somewhere inside a page, and behind whole row groups.
      for skipped in [31, 205] {
        let tail = try CanonicalText.rows(of: file, skipping: skipped)
        #expect(tail.elementsEqual(rows.dropFirst(skipped)), "\(name) behind row \(skipped)")
      }
    }
  }
}

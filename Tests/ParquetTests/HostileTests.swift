import Foundation
import Parquet
import TestSupport
import Testing

/// Damaged files end with an error, or are read as far as the damage goes unseen; never with a
/// crash, and never for long. The fuzzer under `Fuzz` looks further.
struct HostileTests {
  private static let seeds = Command.sourceRoot.appending(path: "Fuzz/parquet-seeds")

  /// Opens `bytes` and reads every column; whether all went well.
  private func reads(_ bytes: [UInt8]) -> Bool {
    do throws(ParquetError) {
      let file = try ParquetFile(MemorySource(bytes))
      var isSound = true
      for leaf in CanonicalText.leaves(file.schema.columns) {
        do throws(ParquetError) {
          let column = try file.column(leaf)
          var left = 100
          while left > 0, try column.next() {
            left -= 1
            column.withBytes { _ = leaf.scalar($0) }
          }
        } catch {
          isSound = false
        }
      }
      return isSound
    } catch {
      return false
    }
  }

  @Test(
    .timeLimit(.minutes(1)),
    arguments: ["none-v1", "snappy-v1", "zstd-v2", "delta-v2", "numbers-v1", "numbers-dictionary"])
  func survivesEveryByteChanged(seed: String) throws {
    let whole = Array(try Data(contentsOf: Self.seeds.appending(path: seed + ".parquet")))
    #expect(reads(whole))
    for length in stride(from: 0, to: whole.count, by: 7) {
      #expect(!reads(Array(whole.prefix(length))), "cut to \(length)")
    }
    for index in whole.indices {
      for change in [0x80, 0x7F, 0x01] as [UInt8] where Int(change) % 3 == index % 3 {
        var bytes = whole
        bytes[index] ^= change
        _ = reads(bytes)
      }
    }
  }
}

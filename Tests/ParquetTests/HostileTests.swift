import Foundation
import Parquet
import TestSupport
import Testing

/// Damaged files end with an error, or are read as far as the damage goes unseen; never with a
/// crash, and never for long. The fuzzer under `Fuzz` looks further.
struct HostileTests {
  private static let seeds = Command.sourceRoot.appending(path: "Fuzz/seeds/parquet")

  /// Opens `bytes` and reads every column; whether all went well.
  private func reads(_ bytes: [UInt8]) -> Bool {
    do throws(ParquetError) {
      let file = try ParquetFile(MemorySource(bytes))
      var isSound = true
      for leaf in CanonicalText.leaves(file.schema.columns)
      where leaf.maximumRepetitionLevel == 0 {
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
      return isSound && readsFields(of: file)
    } catch {
      return false
    }
  }

  /// The same with lists and groups put together.
  private func readsFields(of file: ParquetFile) -> Bool {
    var isSound = true
    for field in file.schema.fields {
      do throws(ParquetError) {
        let reader = try file.reader(field)
        var left = 100
        while left > 0, try reader.next() != nil { left -= 1 }
      } catch {
        isSound = false
      }
    }
    return isSound
  }

  @Test(
    .timeLimit(.minutes(15)),
    arguments: [
      "none-v1", "snappy-v1", "zstd-v2", "delta-v2", "numbers-v1", "numbers-dictionary",
      "lists-plain-v1", "lists-dictionary-v2", "required-lists-v2",
    ])
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

import ArgumentParser

/// A number of bytes, as `datasets` spells it: `500MB`, `2GiB`, `1000000`.
struct ByteSize: ExpressibleByArgument, Equatable {
  let bytes: Int

  private static let units: [(name: String, size: Int)] = [
    ("KIB", 1 << 10), ("MIB", 1 << 20), ("GIB", 1 << 30), ("TIB", 1 << 40),
    ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
    ("", 1),
  ]

  init?(argument: String) {
    let text = argument.uppercased()
    guard let unit = Self.units.first(where: { text.hasSuffix($0.name) }),
      let number = Int(text.dropLast(unit.name.count)), number > 0
    else { return nil }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: unit.size)
    guard !overflow else { return nil }
    self.bytes = bytes
  }
}

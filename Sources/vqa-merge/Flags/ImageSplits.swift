import Shared

/// The splits that pictures are in.
///
/// In memory: 4 bytes for each image, and a few dozen more for each that is in
/// several splits.
struct ImageSplits {
  private var names = NameTable()
  /// For each image the number of the split that came first; 0 for none.
  private var first: [UInt32] = []
  /// For each image with others beside the first, all of them.
  private var several: [Int: [Int]] = [:]

  /// - Parameters:
  ///   - split: as JSON text without its quotes.
  ///   - image: its number.
  mutating func add(_ split: Span<UInt8>, image: Int) {
    let number = names.number(of: split)
    if image >= first.count {
      first += repeatElement(0, count: image + 1 - first.count)
    }
    if first[image] == 0 { first[image] = UInt32(number) }
    guard first[image] != number else { return }
    var all = several[image] ?? [Int(first[image])]
    if !all.contains(number) { all.append(number) }
    several[image] = all
  }

  /// The names of the splits, in order, of each image that is in several.
  ///
  /// - Parameter positions: for each image that of its head in the result, by
  ///   which the names are found.
  func names(byPosition positions: [UInt32]) -> [UInt32: [String]] {
    let ranks = names.ranks()
    let entries = several.map { image, splits in
      let sorted = splits.sorted { ranks[$0] < ranks[$1] }
      return (positions[image], sorted.map(name))
    }
    return Dictionary(uniqueKeysWithValues: entries)
  }

  private func name(_ split: Int) -> String {
    String(decoding: JSONText.decoded(Array(names.name(split).utf8).span), as: UTF8.self)
  }
}

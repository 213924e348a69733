/// Why the files of a split cannot be told: lower case, no full stop, without
/// the data set's name.
public struct DataFilesError: Error, Equatable, CustomStringConvertible, Sendable {
  /// What is wrong, and what to do.
  public let description: String
  /// Whether there is nothing at all that rows could be read from.
  public let isEmpty: Bool

  /// A message, and whether there is nothing to read.
  public init(_ description: String, isEmpty: Bool = false) {
    self.description = description
    self.isEmpty = isEmpty
  }
}

extension Sequence<String> {
  /// The first few names, each cut, with the number of the others.
  func shown(_ count: Int = 12) -> String {
    let all = Array(self)
    let some = all.prefix(count).map { $0.count > 60 ? $0.prefix(57) + "..." : $0[...] }
    let text = some.joined(separator: ", ")
    return all.count > count ? "\(text) and \(all.count - count) more" : text
  }

  /// In the order of Python's strings, by code points.
  func sortedByBytes() -> [String] {
    sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}

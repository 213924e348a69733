import ArgumentParser
import Shared

/// One host's part of a file of keys that several hosts have: `--keys-slice 2/4`.
///
/// Hosts do not count requests together, and a rate limit is a project's, so
/// projects are dealt, never single keys: no two slices share one.
struct KeySlice: Equatable, Sendable {
  /// From 1 to `count`.
  let number: Int
  let count: Int

  /// The keys of this slice, in their order: project by project, as they first
  /// come, the first goes to slice 1, the next to 2, and so round.
  ///
  /// - Throws: `ToolError` if there are fewer projects than the slice's number.
  func keys(of all: [APIKey]) throws(ToolError) -> [APIKey] {
    var places: [String: Int] = [:]
    var projects = 0
    let slice = all.filter { key in
      let place = key.project.flatMap { places[$0] } ?? projects
      if place == projects { projects += 1 }
      if let project = key.project { places[project] = place }
      return place % count == number - 1
    }
    guard !slice.isEmpty || all.isEmpty else {
      throw ToolError(
        "--keys-slice \(self): no key is left for it, the keys are of \(projects) projects")
    }
    return slice
  }
}

extension KeySlice: ExpressibleByArgument, CustomStringConvertible {
  init?(argument: String) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let number = Int(parts[0]), let count = Int(parts[1]),
      number >= 1, number <= count
    else { return nil }
    self.init(number: number, count: count)
  }

  var description: String { "\(number)/\(count)" }
}

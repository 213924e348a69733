import Shared

/// A project of the run, as batch jobs see it: files and jobs are its own, and
/// all that concerns them goes through one of its keys.
struct BatchProject {
  let name: String
  /// What the journal knows the project by: digests of its keys, and of the
  /// name that their lines give it.
  let identities: [String]
  /// Those that the service has not refused.
  var keys: [APIKey]
  /// Why it cannot be used any more in this run; nil while it can.
  var refusal: String?
  /// Until when its quota is used up, in seconds since 1970.
  var fullUntil = 0.0

  /// Whether a part is the project's: one of its keys, or its name, is known
  /// from then.
  func owns(_ part: BatchPart) -> Bool {
    part.project.split(separator: " ").contains { identities.contains(String($0)) }
  }

  static func all(_ keys: [APIKey]) -> [BatchProject] {
    Project.grouped(keys, defaults: RateLimits()).map { project in
      BatchProject(
        name: project.name, identities: project.identities.map { LineKey.text($0.digest) },
        keys: project.keys)
    }
  }
}

import Shared

/// Gets data sets from the Hugging Face Hub through the cache that
/// `huggingface_hub` keeps: what Python downloaded is used, and what is
/// downloaded here Python finds.
public struct Hub {
  private let settings: HubSettings
  private let note: (String) -> Void
  private let report: (_ name: String, _ done: Int, _ total: Int?) -> Void
  /// Where the Hub keeps its own conversion of data sets to Parquet.
  private static let converted = "refs/convert/parquet"

  /// - Parameters:
  ///   - note: takes a line for the person, such as why the cache is used.
  ///   - report: is told the bytes of a file that have arrived, and how many
  ///     there are.
  public init(
    settings: HubSettings, note: @escaping (String) -> Void,
    report: @escaping (_ name: String, _ done: Int, _ total: Int?) -> Void
  ) {
    self.settings = settings
    self.note = note
    self.report = report
  }

  /// What a revision of a data set holds. Its files are fetched when they are
  /// asked for.
  public struct Snapshot {
    /// Paths in the repository.
    public let paths: [String]
    /// Whether the list comes from the files in the cache, of which some may
    /// be missing.
    public let isIncomplete: Bool
    private let fetch: (String) throws -> String

    fileprivate init(
      paths: [String], isIncomplete: Bool, fetch: @escaping (String) throws -> String
    ) {
      self.paths = paths
      self.isIncomplete = isIncomplete
      self.fetch = fetch
    }

    /// Where on disk the file `path` of the repository is; it is downloaded
    /// first if need be.
    public func file(_ path: String) throws(HubError) -> String {
      do {
        return try fetch(path)
      } catch let error as HubError {
        throw error
      } catch {
        throw HubError(String(describing: error))
      }
    }
  }

  /// Looks a data set up.
  public func snapshot(of dataset: HubDataset) throws(HubError) -> Snapshot {
    do {
      let client = settings.isOffline ? nil : try HubClient(settings)
      let found = try listing(of: dataset, client)
      return Snapshot(
        paths: found.listing.paths, isIncomplete: found.isIncomplete
      ) { path in
        try self.file(path, of: dataset, at: found.listing.commit, client)
      }
    } catch let error as HubError {
      throw error
    } catch {
      throw HubError(String(describing: error))
    }
  }

  /// The Hub's own conversion of a data set to Parquet.
  public static func conversion(of dataset: HubDataset) -> HubDataset {
    HubDataset(name: dataset.name, revision: converted)
  }

  /// The text of a small file such as the token's, nil if it cannot be read.
  public static func readSmallFile(_ path: String) -> String? { Files.readSmall(path) }

  /// What the revision is: as the Hub says; as it last said, or as far as the
  /// cache goes, where the Hub cannot be asked.
  private func listing(
    of dataset: HubDataset, _ client: HubClient?
  ) throws -> (listing: HubClient.Listing, isIncomplete: Bool) {
    let cache = HubCache(root: settings.cache, dataset: dataset.name)
    let cached = cache.commit(of: dataset.revision).flatMap {
      commit -> (listing: HubClient.Listing, isIncomplete: Bool)? in
      let present = cache.files(at: commit)
      guard !present.isEmpty else { return nil }
      let known = cache.listing(of: commit)
      return (HubClient.Listing(commit: commit, paths: known ?? present), known == nil)
    }
    guard let client else {
      guard let cached else {
        throw HubError("\(dataset.name) is not in \(settings.cache), and HF_HUB_OFFLINE is set")
      }
      return cached
    }
    do {
      guard let listing = try client.listing(of: dataset) else {
        throw HubError("\(dataset.name) has no revision '\(dataset.revision)'")
      }
      try? cache.note(dataset.revision, is: listing.commit)
      try? cache.keep(listing.paths, of: listing.commit)
      return (listing, false)
    } catch let error as Unreachable {
      guard let cached else {
        throw HubError("\(error); no copy of \(dataset.name) is in \(settings.cache)")
      }
      note("\(error); using the copy of \(dataset.name) in the cache")
      return cached
    }
  }

  private func file(
    _ path: String, of dataset: HubDataset, at commit: String, _ client: HubClient?
  ) throws -> String {
    let cache = HubCache(root: settings.cache, dataset: dataset.name)
    if let present = cache.file(path, at: commit) { return present }
    guard let client else {
      throw HubError("\(path) of \(dataset.name) is not in the cache, and HF_HUB_OFFLINE is set")
    }
    let location = try client.location(of: path, in: dataset, at: commit)
    return try cache.withLock(location.etag) {
      if !Files.exists(cache.blob(location.etag)) {
        try BlobDownload(
          location, name: path, target: cache.blob(location.etag), report: report
        ).run(client)
      }
      return try cache.link(path, at: commit, to: location.etag)
    }
  }
}

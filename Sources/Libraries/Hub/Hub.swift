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

  /// A file of a split, on disk.
  public struct File: Equatable, Sendable {
    /// In the cache.
    public let path: String
    /// Such as `train`.
    public let split: String
  }

  /// The Parquet files of a split, or of all splits, on disk, in order.
  ///
  /// The repository's own files; if it has none in Parquet, the Hub's
  /// conversion of them.
  ///
  /// - Throws: `HubError`.
  public func parquetFiles(
    of dataset: HubDataset, split: String?, config: String?
  ) throws(HubError) -> [File] {
    do {
      let client = settings.isOffline ? nil : try HubClient(settings)
      let own = try listing(of: dataset, client)
      if own.paths.contains(where: { $0.hasSuffix(".parquet") }) || dataset.revision != "main" {
        return try files(of: dataset, own, split, config, client)
      }
      var conversion = dataset
      conversion.revision = Self.converted
      guard let listing = try? listing(of: conversion, client), !listing.paths.isEmpty else {
        throw HubError(
          "\(dataset.name) has no Parquet files, and the Hub has made none of it"
            + (client == nil ? " that are in the cache" : ""))
      }
      return try files(of: conversion, listing, split, config, client)
    } catch let error as HubError {
      throw error
    } catch {
      throw HubError(String(describing: error))
    }
  }

  private func files(
    of dataset: HubDataset, _ listing: HubClient.Listing, _ split: String?, _ config: String?,
    _ client: HubClient?
  ) throws -> [File] {
    let splits = split.map { [$0] } ?? SplitFiles.splits(in: listing.paths)
    var files: [File] = []
    for split in splits {
      let paths = try SplitFiles.choose(
        from: listing.paths, split: split, config: config, in: dataset.name)
      for path in paths {
        files.append(
          File(path: try file(path, of: dataset, at: listing.commit, client), split: split))
      }
    }
    return files
  }

  /// The text of a small file such as the token's, nil if it cannot be read.
  public static func readSmallFile(_ path: String) -> String? { Files.readSmall(path) }

  /// What the revision is: as the Hub says; as the cache last saw it where the
  /// Hub cannot be asked.
  private func listing(
    of dataset: HubDataset, _ client: HubClient?
  ) throws -> HubClient.Listing {
    let cache = HubCache(root: settings.cache, dataset: dataset.name)
    let cached = cache.commit(of: dataset.revision).map {
      HubClient.Listing(commit: $0, paths: cache.files(at: $0))
    }
    guard let client else {
      guard let cached, !cached.paths.isEmpty else {
        throw HubError(
          "\(dataset.name) is not in \(settings.cache), and HF_HUB_OFFLINE forbids to ask the Hub")
      }
      return cached
    }
    do {
      guard let listing = try client.listing(of: dataset) else {
        throw HubError("\(dataset.name) has no revision '\(dataset.revision)'")
      }
      try? cache.note(dataset.revision, is: listing.commit)
      return listing
    } catch let error as Unreachable {
      guard let cached, cached.paths.contains(where: { $0.hasSuffix(".parquet") }) else {
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

import DataFiles
import Glibc
import Hub
import Shared

/// A data set on the Hugging Face Hub: `owner/name`,
/// `hf://datasets/owner/name@revision`, or the address of its page; or a file or
/// folder of it by its address.
enum HubSource {
  /// What is read where nothing is named: VQA-RAD (Lau and others, 2018), CC0.
  static let standard = "flaviagiammarino/vqa-rad"

  /// Endings that names of files have and those of data sets do not.
  private static let fileEndings = [
    ".parquet", ".parq", ".pq", ".arrow", ".feather", ".orc", ".avro", ".tfrecord",
    ".json", ".jsonl", ".ndjson", ".jsonlines", ".csv", ".tsv", ".psv", ".tab", ".txt",
    ".xls", ".xlsx", ".ods", ".pkl", ".pickle", ".npy", ".npz", ".h5", ".hdf5", ".db", ".sqlite",
    ".md", ".yaml", ".yml", ".xml", ".html", ".bak", ".part", ".partial", ".tmp",
    ".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".lz4", ".7z", ".rar",
    ".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".dcm", ".nii",
  ]

  /// A file of that name comes first, and so does a name that looks like one.
  /// What else is an address is no file either, and refused as such.
  static func recognizes(_ operand: String) -> Bool {
    if HubDataset.isAddress(operand) { return true }
    if operand.contains("://") { return unsafe access(operand, F_OK) != 0 }
    let lowercased = operand.lowercased()
    guard HubDataset(operand) != nil, !fileEndings.contains(where: { lowercased.hasSuffix($0) })
    else { return false }
    return unsafe access(operand, F_OK) != 0
  }

  static func files(
    of operand: String, _ options: SourceOptions
  ) throws(ToolError) -> (files: [DataFile], repository: Repository) {
    guard var dataset = HubDataset(operand) else {
      throw ToolError(
        "\(Shown.text(operand)): not the address of a data set, which is of the form "
          + "https://huggingface.co/datasets/owner/name or hf://datasets/owner/name@revision")
    }
    if let revision = options.revision { dataset.revision = revision }
    let settings = HubSettings(environment: Environment.current(), readFile: Hub.readSmallFile)
    let progress = DownloadProgress(options.progress)
    let hub = Hub(
      settings: settings, note: { StandardError.line("vqa-extract: \($0)") },
      report: progress.show)
    do {
      return try files(of: dataset, hub, options)
    } catch let error as ToolError {
      throw error
    } catch let error as HubError {
      throw ToolError(error.description)
    } catch {
      throw ToolError("\(dataset.name): \(error)")
    }
  }

  /// The repository's own files; if rows can be read from none of them, the
  /// Hub's conversion to Parquet.
  private static func files(
    of dataset: HubDataset, _ hub: Hub, _ options: SourceOptions
  ) throws -> (files: [DataFile], repository: Repository) {
    let own = repository(dataset, try hub.snapshot(of: dataset))
    var options = options
    switch dataset.part {
    case .whole: break
    case .path(let path): return (try files(at: path, of: own, options), own)
    case .view(let configuration, let split):
      options.config = options.config ?? configuration
      options.split = options.split ?? split
    }
    do {
      return (try DataSet.resolved(own, options), own)
    } catch let error as DataFilesError where error.isEmpty && dataset.revision == "main" {
      let converted = Hub.conversion(of: dataset)
      guard let snapshot = try? hub.snapshot(of: converted), !snapshot.paths.isEmpty else {
        throw DataFilesError("\(error), and the Hub has no Parquet conversion of it")
      }
      let conversion = repository(converted, snapshot)
      // Pictures that rows name may be in the repository all the same.
      return (try DataSet.resolved(conversion, options), conversion)
    }
  }

  /// A file, as if it were named on the command line, or those of a folder, as
  /// if it were a data set of its own.
  private static func files(
    at path: String, of repository: Repository, _ options: SourceOptions
  ) throws -> [DataFile] {
    if repository.has(path) {
      let split = SplitName.of(path) ?? options.split ?? SplitName.usual
      let file = DataFile(place: .within(repository, path: path), split: split)
      guard path.hasSuffix(".json") else { return [file] }
      return try LocalFile.expanded(file, try file.fetch(), options)
    }
    let folder = Repository(
      name: "\(repository.name)/\(path)", paths: repository.paths(below: path), isRemote: true
    ) { (inside) throws(ToolError) in try repository.file(join(path, inside)) }
    guard !folder.paths.isEmpty else {
      throw ToolError("\(repository.name): there is no file or folder \(Shown.text(path))")
    }
    return try DataSet.files(of: folder, options)
  }

  private static func repository(_ dataset: HubDataset, _ snapshot: Hub.Snapshot) -> Repository {
    if snapshot.isIncomplete {
      StandardError.line(
        "vqa-extract: \(dataset.name): only the files in the cache are known")
    }
    return Repository(name: dataset.name, paths: snapshot.paths, isRemote: true) {
      (path) throws(ToolError) in
      do throws(HubError) {
        return try snapshot.file(path)
      } catch {
        throw ToolError(error.description)
      }
    }
  }
}

/// The line that shows how a download goes: how much of how much, how fast,
/// how long still.
private final class DownloadProgress {
  private let progress: Progress
  private var name = ""
  private var start: UInt64 = 0
  private var startBytes = 0

  init(_ progress: Progress) { self.progress = progress }

  func show(_ name: String, _ done: Int, _ total: Int?) {
    let now = Monotonic.nanoseconds()
    if name != self.name { (self.name, start, startBytes) = (name, now, done) }
    progress.draw {
      let rate = Double(done - startBytes) / max(Double(now - start) / 1e9, 0.001)
      var text = "vqa-extract: \(name): \(Self.megabytes(Double(done)))"
      if let total { text += " of \(Self.megabytes(Double(total)))" }
      text += ", \(Self.megabytes(rate))/s"
      if let total, rate > 1 { text += ", \(Int(Double(total - done) / rate)) s left" }
      return text
    }
  }

  private static func megabytes(_ bytes: Double) -> String {
    let tenths = Int(bytes / 100_000)
    return "\(tenths / 10).\(tenths % 10) MB"
  }
}

import Glibc
import Hub
import Shared

/// A data set on the Hugging Face Hub: `owner/name`, or
/// `hf://datasets/owner/name@revision`.
enum HubSource: SourceKind {
  /// What is read where nothing is named: VQA-RAD (Lau and others, 2018), CC0.
  static let standard = "flaviagiammarino/vqa-rad"

  /// A file of that name comes first.
  static func recognizes(_ operand: String) -> Bool {
    if operand.hasPrefix("hf://") { return true }
    return unsafe HubDataset(operand) != nil && access(operand, F_OK) != 0
  }

  static func files(
    of operand: String, _ options: SourceOptions
  ) throws(ToolError) -> [DataFile] {
    guard var dataset = HubDataset(operand) else {
      throw ToolError("\(operand): not of the form hf://datasets/owner/name@revision")
    }
    if let revision = options.revision { dataset.revision = revision }
    let settings = HubSettings(environment: Environment.current(), readFile: Hub.readSmallFile)
    let progress = DownloadProgress(options.progress)
    let hub = Hub(
      settings: settings, note: { StandardError.line("vqa-extract: \($0)") },
      report: progress.show)
    do {
      let found = try hub.parquetFiles(of: dataset, split: options.split, config: options.config)
      return found.map { DataFile(path: $0.path, split: $0.split, format: .parquet) }
    } catch {
      throw ToolError(error.description)
    }
  }
}

/// The line that tells how a download goes: how much of how much, how fast,
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

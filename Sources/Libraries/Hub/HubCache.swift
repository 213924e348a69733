import Glibc
import Shared

/// One data set in the cache that `huggingface_hub` keeps, in its layout
/// (https://huggingface.co/docs/huggingface_hub/guides/manage-cache):
///
///     <cache>/datasets--owner--name/blobs/<etag>
///                                   refs/<revision>          holds a commit
///                                   snapshots/<commit>/<path> -> ../../blobs/<etag>
///     <cache>/.locks/datasets--owner--name/<etag>.lock
struct HubCache {
  private let root: String
  private let folder: String

  init(root: String, dataset: String) {
    self.root = root
    folder = "datasets--" + dataset.split(separator: "/").joined(separator: "--")
  }

  private var directory: String { "\(root)/\(folder)" }

  /// The commit that a revision was when it was last looked up.
  func commit(of revision: String) -> String? {
    if HubDataset.isCommit(revision) { return revision }
    guard let text = Files.readSmall("\(directory)/refs/\(revision)") else { return nil }
    let commit = String(text.filter { !$0.isWhitespace })
    return HubDataset.isCommit(commit) ? commit : nil
  }

  /// Remembers what `revision` is now.
  func note(_ revision: String, is commit: String) throws(HubError) {
    guard revision != commit, self.commit(of: revision) != commit else { return }
    let path = "\(directory)/refs/\(revision)"
    try Files.makeParents(of: path)
    do {
      try AtomicFile.write(Array(commit.utf8).span, to: path)
    } catch {
      throw HubError(error.description)
    }
  }

  /// The path of a file if the cache has it.
  func file(_ path: String, at commit: String) -> String? {
    let pointer = pointer(path, at: commit)
    return unsafe access(pointer, R_OK) == 0 ? pointer : nil
  }

  /// The files of a commit that the cache has, as paths in the repository.
  func files(at commit: String) -> [String] {
    Files.list("\(directory)/snapshots/\(commit)")
  }

  /// Where a blob is or is to be.
  func blob(_ etag: String) -> String { "\(directory)/blobs/\(etag)" }

  /// Runs `body` while no other process, of ours or of Python's, downloads
  /// the same blob.
  func withLock<Value>(_ etag: String, _ body: () throws -> Value) throws -> Value {
    let path = "\(root)/.locks/\(folder)/\(etag).lock"
    try Files.makeParents(of: path)
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw HubError("\(path): \(SystemError())") }
    defer { close(descriptor) }
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR, Interrupt.requested == nil else {
        throw HubError("\(path): \(SystemError())")
      }
    }
    return try body()
  }

  /// Makes the blob appear under its name in the snapshot.
  func link(_ path: String, at commit: String, to etag: String) throws(HubError) -> String {
    let pointer = pointer(path, at: commit)
    try Files.makeParents(of: pointer)
    let depth = path.split(separator: "/").count + 1
    let target = String(repeating: "../", count: depth) + "blobs/\(etag)"
    _ = unsafe unlink(pointer)
    guard unsafe symlink(target, pointer) == 0 || errno == EEXIST else {
      throw HubError("\(pointer): \(SystemError())")
    }
    return pointer
  }

  private func pointer(_ path: String, at commit: String) -> String {
    "\(directory)/snapshots/\(commit)/\(path)"
  }
}

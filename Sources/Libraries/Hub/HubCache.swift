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
    // A wait in flock(2) would not hear a signal that comes just before it.
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR else {
        throw HubError("\(path): \(SystemError())")
      }
      guard Interrupt.sleep(0.05) else { throw HubError("\(path): interrupted") }
    }
    return try body()
  }

  /// Makes the blob appear under its name in the snapshot.
  func link(_ path: String, at commit: String, to etag: String) throws(HubError) -> String {
    let pointer = pointer(path, at: commit)
    try Files.makeParents(of: pointer)
    let depth = path.split(separator: "/").count + 1
    let target = String(repeating: "../", count: depth) + "blobs/\(etag)"
    // Under a temporary name first, so that the name never leads nowhere
    // while other processes look.
    var seed = SystemRandomNumberGenerator()
    let temporary = "\(pointer).\(String(seed.next(), radix: 36)).link"
    guard unsafe symlink(target, temporary) == 0 else {
      throw HubError("\(temporary): \(SystemError())")
    }
    guard unsafe rename(temporary, pointer) == 0 else {
      let error = SystemError()
      _ = unsafe unlink(temporary)
      throw HubError("\(pointer): \(error)")
    }
    return pointer
  }

  /// The paths of a commit as the Hub listed them; nil if that is not known.
  /// It stands beside what Python keeps, under a name that it does not look at.
  func listing(of commit: String) -> [String]? {
    guard let text = Files.read(listingPath(commit)), text.last == 0x0A else { return nil }
    return text.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Keeps the paths of a commit for when the Hub cannot be asked.
  func keep(_ paths: [String], of commit: String) throws {
    let path = listingPath(commit)
    guard !Files.exists(path) else { return }
    let lines = paths.filter { !$0.utf8.contains(0x0A) }.map { $0 + "\n" }.joined()
    try Files.makeParents(of: path)
    try AtomicFile.write(Array((lines.isEmpty ? "\n" : lines).utf8).span, to: path)
  }

  private func listingPath(_ commit: String) -> String { "\(directory)/.vqa/\(commit).list" }

  private func pointer(_ path: String, at commit: String) -> String {
    "\(directory)/snapshots/\(commit)/\(path)"
  }
}

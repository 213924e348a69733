import Glibc
import SQLite
import Shared

/// Where the tool keeps what outlasts a run (XDG Base Directory Specification).
enum StateFiles {
  /// `$XDG_CACHE_HOME/vqa/answers.sqlite`: may be deleted, at the price of
  /// paying again.
  static func cache(_ environment: [String: String]) throws(ToolError) -> String {
    try path(environment, "XDG_CACHE_HOME", ".cache", "answers.sqlite")
  }

  /// `$XDG_STATE_HOME/vqa/limits.sqlite`.
  static func limits(_ environment: [String: String]) throws(ToolError) -> String {
    try path(environment, "XDG_STATE_HOME", ".local/state", "limits.sqlite")
  }

  private static func path(
    _ environment: [String: String], _ variable: String, _ standard: String, _ name: String
  ) throws(ToolError) -> String {
    // The specification has relative paths ignored.
    let isAbsolute: (String?) -> Bool = { $0?.hasPrefix("/") == true }
    if let folder = environment[variable], isAbsolute(folder) { return "\(folder)/vqa/\(name)" }
    if let home = environment["HOME"], isAbsolute(home) { return "\(home)/\(standard)/vqa/\(name)" }
    throw ToolError("no directory for \(name): neither \(variable) nor HOME is set")
  }

  /// Makes the directory of `path`, and an empty file if there is none, both
  /// for the owner alone. Failures show when the file is opened.
  static func create(_ path: String) {
    guard !path.isEmpty else { return }
    if let slash = path.lastIndex(of: "/") { makeDirectory(path[..<slash]) }
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC
    let descriptor = unsafe open(path, flags, 0o600)
    if descriptor >= 0 { close(descriptor) }
  }

  private static func makeDirectory(_ path: Substring) {
    var end = path.startIndex
    while end < path.endIndex {
      end = path[end...].dropFirst().firstIndex(of: "/") ?? path.endIndex
      _ = unsafe mkdir(String(path[..<end]), 0o700)
    }
  }

  /// Why no file can be written at `path`: the first folder above it, or the file
  /// itself, that this process may not write; nil if that is none.
  static func obstacle(_ path: String) -> String? {
    guard !path.isEmpty else { return nil }
    var folder = path[...]
    repeat {
      folder = folder.lastIndex(of: "/").map { folder[..<$0] } ?? "."
      if folder.isEmpty { folder = "/" }
      if unsafe access(String(folder), W_OK | X_OK) == 0 { break }
      guard errno == ENOENT else { return "\(folder) cannot be written: \(SystemError())" }
    } while folder != "/" && folder != "."
    guard unsafe access(path, F_OK) == 0, unsafe access(path, R_OK | W_OK) != 0 else { return nil }
    return "it cannot be written: \(SystemError())"
  }

  /// Takes other users' permissions from a database that was created by an
  /// earlier version, and from the files that SQLite keeps next to it.
  static func makePrivate(_ path: String) {
    for name in [path, "\(path)-wal", "\(path)-shm"] where !path.isEmpty {
      var status = stat()
      guard unsafe stat(name, &status) == 0, status.st_uid == geteuid() else { continue }
      if status.st_mode & 0o077 != 0 { _ = unsafe chmod(name, 0o600) }
    }
  }
}

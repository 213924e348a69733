public import Foundation

/// A new directory for one test. It goes with its last reference, and stays
/// for a look when `VQA_KEEP_SCRATCH` is set.
public final class Scratch: Sendable {
  /// Where it is.
  public let url: URL

  /// Makes the directory, named after the test.
  public init(_ name: String = #function) throws {
    let clean = name.filter { $0.isLetter || $0.isNumber }
    url = FileManager.default.temporaryDirectory
      .appending(path: "vqa-\(clean.prefix(40))-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    if ProcessInfo.processInfo.environment["VQA_KEEP_SCRATCH"] == nil {
      try? FileManager.default.removeItem(at: url)
    }
  }

  /// The path of a file in it.
  public func path(_ name: String) -> String { url.appending(path: name).path }

  /// Writes a file into it and gives its path.
  @discardableResult
  public func write(_ data: Data, to name: String) throws -> String {
    let file = url.appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: file)
    return file.path
  }

  /// Writes a text file into it and gives its path.
  @discardableResult
  public func write(_ text: String, to name: String) throws -> String {
    try write(Data(text.utf8), to: name)
  }

  /// Reads a file in it.
  public func read(_ name: String) throws -> Data {
    try Data(contentsOf: url.appending(path: name))
  }

  /// The names of the files in it, or in a directory of it, sorted.
  public func list(_ directory: String = "") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path(directory)).sorted()
  }
}

import Foundation

/// A library that takes the place of functions of others (`LD_PRELOAD`), made
/// of C by the compiler that comes with Swift.
public struct PreloadedLibrary: Sendable {
  /// Where it is.
  public let path: String

  /// Compiles `source` in a directory.
  public init(_ source: String, in scratch: Scratch) throws {
    path = scratch.path("preloaded.so")
    let file = try scratch.write(source, to: "preloaded.c")
    var compiler = Command.shell("clang -shared -fPIC -o '\(path)' '\(file)' -ldl")
    compiler.environment["PATH"] = ProcessInfo.processInfo.environment["PATH"]
    let result = try compiler.run()
    guard result.status == 0 else { throw Failure(description: "\(result)") }
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }
}

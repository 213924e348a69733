import Foundation

/// Python with the libraries that the tests ask for the truth: Pillow,
/// pyarrow, datasets and others in `Tests/oracle/requirements.txt`.
public enum Python {
  /// Why Python could not be asked.
  public struct Missing: Error, CustomStringConvertible {
    /// What is missing and how to get it.
    public let description: String
  }

  /// The environment's interpreter: `VQA_TEST_PYTHON`, else the one that
  /// `Tests/oracle/make-venv.sh` makes.
  ///
  /// - Throws: a test that needs it fails where it is not there. It does not
  ///   skip: a check that did not run has not passed.
  public static func interpreter() throws -> String {
    let path =
      ProcessInfo.processInfo.environment["VQA_TEST_PYTHON"]
      ?? Command.sourceRoot.appending(path: ".build/venv/bin/python").path
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw Missing(description: "\(path) is missing: run Tests/oracle/make-venv.sh")
    }
    return path
  }

  /// A command that runs a script, given from the root of the source tree.
  public static func script(_ path: String, _ arguments: [String] = []) throws -> Command {
    Command(try interpreter(), [Command.sourceRoot.appending(path: path).path] + arguments)
  }

  /// A command that runs a program text, as `python -c` does.
  public static func code(_ text: String, _ arguments: [String] = []) throws -> Command {
    Command(try interpreter(), ["-c", text] + arguments)
  }
}

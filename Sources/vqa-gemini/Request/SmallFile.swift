import Glibc
import Shared

/// Reads whole files of a size that is known to be sensible.
enum SmallFile {
  /// Why a file was not read.
  enum Failure: Error {
    case system(SystemError)
    case notAFile
    case tooLarge(Int)
  }

  /// - Parameter limit: bytes; a longer file is refused before it is read.
  static func contents(_ path: String, limit: Int) throws(Failure) -> [UInt8] {
    var size = 0
    do throws(SystemError) {
      let file = try PlainFile(path)
      size = file.size
      return try file.readAll(limit: limit)
    } catch {
      switch error.code {
      case EISDIR, EINVAL: throw .notAFile
      case EFBIG: throw .tooLarge(size)
      default: throw .system(error)
      }
    }
  }

  /// A file that the command line names.
  static func read(_ path: String, limit: Int) throws(ToolError) -> [UInt8] {
    do throws(Failure) {
      return try contents(path, limit: limit)
    } catch {
      switch error {
      case .system(let error): throw ToolError("\(path): \(error)")
      case .notAFile: throw ToolError("\(path): not a file")
      case .tooLarge: throw ToolError("\(path): longer than \(limit) bytes")
      }
    }
  }
}

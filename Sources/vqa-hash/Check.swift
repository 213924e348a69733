import Digests
import Glibc
import Images
import Shared

/// Compares the files of a store with their names, as `md5sum -c` does.
struct Check {
  let directory: String

  /// Tells each wrong file on stderr.
  func run() throws(ToolError) -> ExitStatus {
    let names = try fileNames()
    var wrong = 0
    for name in names where Interrupt.requested == nil {
      guard let reason = fault(name) else { continue }
      wrong += 1
      StandardError.line("vqa-hash: \(directory)/\(name): \(reason)")
    }
    StandardError.line(
      "vqa-hash: \(names.count) files: \(names.count - wrong) right, \(wrong) wrong")
    return wrong == 0 ? .done : .someRowsFailed
  }

  /// What is wrong with a file; nil for one that is right.
  private func fault(_ name: String) -> String? {
    let bytes: [UInt8]
    do throws(SystemError) {
      bytes = try FileReader.read("\(directory)/\(name)")
    } catch {
      return String(describing: error)
    }
    do throws(ImageError) {
      let hash = hexadecimal(Digest.hash(.md5, try Image(decoding: bytes).pixels))
      return name == "image_md5_\(hash).png" ? nil : "its pixels have the hash \(hash)"
    } catch {
      return String(describing: error)
    }
  }

  /// The files that are named as this tool names them, sorted.
  private func fileNames() throws(ToolError) -> [String] {
    guard let stream = unsafe opendir(directory) else {
      throw ToolError("\(directory): \(SystemError())")
    }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
        unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasPrefix("image_md5_"), name.hasSuffix(".png") { names.append(name) }
    }
    return names.sorted()
  }
}

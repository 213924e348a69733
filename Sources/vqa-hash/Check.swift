import Glibc
import Images
import Shared

/// Compares the files of a store with their names, as `md5sum -c` does.
struct Check {
  let directory: String
  private let resources = Resources()

  init(directory: String) { self.directory = directory }

  /// Prints each wrong file on stderr.
  func run() throws(ToolError) -> ExitStatus {
    let names = try fileNames()
    let wrong = Monitor<Int?>(nil)
    // Not on this thread: a decoder may not hear of a signal.
    let thread = try Thread { [self] in
      let count = reportWrong(names)
      wrong.change { $0 = count }
    }
    let isDone = wrong.wait(askingEvery: 0.1) { count -> Bool? in
      count != nil ? true : resources.cancellation.isOverdue ? false : nil
    }
    guard isDone else {
      thread.detach()
      return .cannotWork
    }
    thread.join()
    guard Interrupt.requested == nil, let wrong = wrong.change(\.self) else { return .cannotWork }
    StandardError.line(
      "vqa-hash: \(names.count) files: \(names.count - wrong) right, \(wrong) wrong")
    return wrong == 0 ? .done : .someRowsFailed
  }

  /// Prints each wrong file on stderr, and says how many there are.
  private func reportWrong(_ names: [String]) -> Int {
    var wrong = 0
    for name in names where Interrupt.requested == nil {
      guard let reason = fault(name) else { continue }
      wrong += 1
      StandardError.line("vqa-hash: \(directory)/\(name): \(reason)")
    }
    return wrong
  }

  /// What is wrong with a file; nil for one that is right.
  private func fault(_ name: String) -> String? {
    let path = "\(directory)/\(name)"
    var memory = resources.memory.reservation(0)
    do {
      let bytes = try EncodedImage.read(
        path, followsLink: false, &memory, isCancelled: resources.isCancelled)
      let hash = try ImageFile(bytes).decode(isCancelled: resources.isCancelled).hash
      return name == "image_md5_\(hash).png" ? nil : "its pixels have the hash \(hash)"
    } catch let error as SystemError where error.code == ELOOP {
      return "a symbolic link, not a plain file"
    } catch ImageError.cancelled {
      return nil
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
      if ImageStore.isName(name) { names.append(name) }
    }
    return names.sorted()
  }
}

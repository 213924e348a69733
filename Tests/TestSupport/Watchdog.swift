import Foundation

/// Kills a program and every process that it has started when its time is up,
/// so that a test that fails cannot hang the rest.
struct Watchdog {
  private let work: DispatchWorkItem

  /// - Parameter seconds: from now.
  init(_ process: Process, seconds: Double) {
    let root = process.processIdentifier
    work = DispatchWorkItem {
      for process in Self.tree(of: root).reversed() { kill(process, SIGKILL) }
    }
    DispatchQueue.global().asyncAfter(deadline: .now() + seconds, execute: work)
  }

  /// The program has ended.
  func cancel() { work.cancel() }

  /// A process and all below it, parents first.
  private static func tree(of root: pid_t) -> [pid_t] {
    var children: [pid_t: [pid_t]] = [:]
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    for process in entries.compactMap(pid_t.init) {
      // proc_pid_stat(5): the parent is the second field after the name, which
      // ends at the last parenthesis.
      guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
        let parent = text.components(separatedBy: ") ").last?.split(separator: " ").dropFirst()
          .first.flatMap({ pid_t($0) })
      else { continue }
      children[parent, default: []].append(process)
    }
    var found = [root]
    var next = 0
    while next < found.count {
      found += children[found[next]] ?? []
      next += 1
    }
    return found
  }
}

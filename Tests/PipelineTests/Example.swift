import Foundation
import TestSupport
import Testing

/// A command in a document, and what it prints if that is shown.
///
/// Markdown: a block fenced as `sh` is one script. A block fenced as `console` is
/// a session: a line with `$ ` begins a command, `> ` goes on with it, the other
/// lines are what it prints; of a line `...` any number may stand there. Other
/// blocks are not run. Blocks may be indented. mdoc(7), in EXAMPLES: `.Dl` lines
/// and `.Bd -literal`.
struct Example: CustomTestStringConvertible, Sendable {
  var file: String
  var line: Int
  var script: String
  var output: [String]?

  var testDescription: String { "\(file):\(line)" }

  /// Those of a document of the source tree, in order.
  static func all(in file: String) throws -> [Example] {
    let text = try String(contentsOf: Command.sourceRoot.appending(path: file), encoding: .utf8)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    return file.hasSuffix(".md") ? markdown(lines, file) : mdoc(lines, file)
  }

  private static func markdown(_ lines: [String], _ file: String) -> [Example] {
    var examples: [Example] = []
    var (kind, indent): (String?, Int) = (nil, 0)
    for (index, indented) in lines.enumerated() {
      if kind == nil { indent = indented.prefix { $0 == " " }.count }
      let line = String(indented.dropFirst(min(indent, indented.prefix { $0 == " " }.count)))
      if line.hasPrefix("```") {
        kind = kind == nil ? String(line.dropFirst(3)) : nil
        if kind == "sh" { examples.append(Example(file: file, line: index + 2, script: "")) }
      } else if kind == "sh" {
        examples[examples.count - 1].script += line + "\n"
      } else if kind == "console" {
        if line.hasPrefix("$ ") {
          examples.append(
            Example(file: file, line: index + 1, script: "\(line.dropFirst(2))\n", output: []))
        } else if line.hasPrefix("> "), examples.last?.output == [] {
          examples[examples.count - 1].script += line.dropFirst(2) + "\n"
        } else {
          examples[examples.count - 1].output?.append(line)
        }
      }
    }
    return examples
  }

  private static func mdoc(_ lines: [String], _ file: String) -> [Example] {
    var examples: [Example] = []
    var (isExample, isLiteral) = (false, false)
    for (index, line) in lines.enumerated() {
      if line.hasPrefix(".Sh ") { isExample = line == ".Sh EXAMPLES" }
      guard isExample else { continue }
      if line.hasPrefix(".Dl ") {
        examples.append(Example(file: file, line: index + 1, script: "\(line.dropFirst(4))\n"))
      } else if line.hasPrefix(".Bd -literal") {
        isLiteral = true
        examples.append(Example(file: file, line: index + 2, script: ""))
      } else if line == ".Ed" {
        isLiteral = false
      } else if isLiteral {
        examples[examples.count - 1].script += line + "\n"
      }
    }
    return examples
  }

  /// Whether a session printed what the document shows. Times differ, and the
  /// tokens of answers do with each change to the request.
  static func matches(_ printed: [String], _ shown: [String]) -> Bool {
    guard let first = shown.first else { return printed.isEmpty }
    if first == "..." {
      return (0...printed.count).contains {
        matches(Array(printed[$0...]), Array(shown.dropFirst()))
      }
    }
    guard let line = printed.first, settled(line) == settled(first) else { return false }
    return matches(Array(printed.dropFirst()), Array(shown.dropFirst()))
  }

  private static func settled(_ line: String) -> String {
    line.replacing(/\(\d+\.\d s\)/, with: "(0.0 s)")
      .replacing(/\d+ out, \d+ of thoughts/, with: "0 out, 0 of thoughts")
  }
}

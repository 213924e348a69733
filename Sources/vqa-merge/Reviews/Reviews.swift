internal import Digests
import Shared

/// The verdicts of `--reviews`, the last of each reviewer on each answer.
///
/// All of them are in memory: people have written them.
struct Reviews: Sendable {
  private(set) var verdicts: [Verdict] = []
  private var places: [Verdict.Subject: [Int]] = [:]

  /// - Parameter paths: files in turn. Of several files each is of another
  ///   reviewer where its lines name none.
  init(paths: [String]) throws(ToolError) {
    var lines = try LineReader(operands: paths)
    while let line = try lines.next() {
      guard line.text.contains(where: { $0 > 0x20 }) else { continue }
      do throws(ProblemText) {
        var verdict = try Verdict(line.text)
        if verdict.reviewer.isEmpty, paths.count > 1 {
          verdict.reviewer = line.source.split(separator: "/").last.map(String.init) ?? ""
        }
        add(verdict)
      } catch {
        throw ToolError("\(line.source):\(line.number): \(error.text)")
      }
    }
  }

  /// - Parameter verdicts: in the order of their lines.
  init(_ verdicts: [Verdict]) {
    for verdict in verdicts { add(verdict) }
  }

  /// A reviewer's later verdict takes the place of an earlier one; of two
  /// without a time the later line is later.
  private mutating func add(_ verdict: Verdict) {
    let same = places[verdict.subject]?.first {
      verdicts[$0].id == verdict.id && verdicts[$0].reviewer == verdict.reviewer
    }
    guard let same else {
      places[verdict.subject, default: []].append(verdicts.count)
      verdicts.append(verdict)
      return
    }
    if verdict.time >= verdicts[same].time || verdict.time == .none { verdicts[same] = verdict }
  }

  /// The places of the verdicts on an answer.
  ///
  /// - Parameters:
  ///   - row: its values as JSON text.
  func places(of row: borrowing RowFields) -> [Int] {
    guard row.has(.imageHash), row.has(.descriptiveAnswer) else { return [] }
    let subject = Verdict.Subject(
      imageHash: Self.text(row[.imageHash]),
      digest: AnswerDigest.of(row[.descriptiveAnswer]))
    let id = row.has(.id) ? Self.text(row[.id]) : nil
    return (places[subject] ?? []).filter { verdicts[$0].isOf(id: id) }
  }

  /// Why an answer is rejected; nil if none of the verdicts at `places` does.
  /// One reviewer is enough.
  func rejection(_ places: [Int]) -> String? {
    let rejects = places.map { verdicts[$0] }.filter { $0.kind == .reject }
    guard !rejects.isEmpty else { return nil }
    let clauses = rejects.map { verdict in
      let name = verdict.reviewer.isEmpty ? "rejected" : "rejected by \(verdict.reviewer)"
      return verdict.grounds.isEmpty ? name : "\(name): \(verdict.grounds)"
    }
    return clauses.joined(separator: "; ")
  }

  private static func text(_ value: Span<UInt8>) -> String {
    String(decoding: JSONText.decoded(value.unquoted), as: UTF8.self)
  }
}

/// What verdicts name an answer by.
enum AnswerDigest {
  /// SHA-256, in hexadecimal, of a string's UTF-8, given its JSON text.
  static func of(_ value: Span<UInt8>) -> String {
    hexadecimal(Digest.hash(.sha256, JSONText.decoded(value.unquoted)))
  }

  /// Of a file of at most 16 MiB.
  static func ofFile(_ path: String) throws(ToolError) -> String {
    do throws(SystemError) {
      return hexadecimal(Digest.hash(.sha256, try PlainFile(path).readAll(limit: 16 << 20)))
    } catch {
      throw ToolError("\(path): \(error)")
    }
  }
}

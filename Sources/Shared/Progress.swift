import Glibc
import Synchronization

/// How many rows have gone by, by what became of them.
public struct RowCounts: Sendable {
  /// Lines read.
  public var rows = 0
  /// Rows that this run has done.
  public var done = 0
  /// Rows that needed nothing.
  public var unchanged = 0
  /// Rows that failed in this stage, in this run.
  public var failed = 0
  /// Rows that had failed in an earlier stage.
  public var failedBefore = 0
  /// Of the rows that failed in this run, how many have each error code.
  public private(set) var failuresByCode: [String: Int] = [:]

  /// Nothing has gone by.
  public init() {}

  /// One more row has failed in this stage.
  public mutating func addFailure(code: String) {
    failed += 1
    failuresByCode[code, default: 0] += 1
  }

  /// 1 if any row on stdout carries `error`.
  public var exitStatus: ExitStatus {
    failed + failedBefore > 0 ? .someRowsFailed : .done
  }

  /// Such as `451 rows: 440 done, 3 as they were, 8 failed (not_an_image 8)`.
  public var summary: String { text(withCodes: true) }

  /// The same without the error codes.
  var shortSummary: String { text(withCodes: false) }

  private func text(withCodes: Bool) -> String {
    var parts = ["\(done) done"]
    if unchanged > 0 { parts.append("\(unchanged) as they were") }
    if failed > 0 {
      let codes = failuresByCode.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
      parts.append("\(failed) failed" + (withCodes && !codes.isEmpty ? " (\(codes))" : ""))
    }
    if failedBefore > 0 { parts.append("\(failedBefore) failed in an earlier stage") }
    return "\(rows) \(rows == 1 ? "row" : "rows"): " + parts.joined(separator: ", ")
  }
}

/// The progress line and the summary at the end, on stderr.
public struct Progress: Sendable {
  private let stage: String
  /// Whether there is a progress line.
  public let isDrawn: Bool
  private let isQuiet: Bool
  private let drawsInPipeline: Bool
  private let start = Monotonic.nanoseconds()
  private let note: @Sendable () -> String

  /// - Parameters:
  ///   - inPipeline: whether the tool draws although stdin or stdout is a
  ///     pipe; of several tools in one pipeline only one should.
  ///   - note: what the tool adds to the line, such as rates.
  public init(
    stage: String, options: CommonOptions, inPipeline: Bool = false,
    note: @escaping @Sendable () -> String = { "" }
  ) {
    self.stage = stage
    self.note = note
    isQuiet = options.quiet
    drawsInPipeline = inPipeline
    if isQuiet { Self.hasFinished.store(true, ordering: .relaxed) }
    isDrawn =
      switch options.progress {
      case _ where options.quiet: false
      case .always: true
      case .never: false
      case .auto:
        Terminal.isUsable && (inPipeline || !(Self.isPipe(0) || Self.isPipe(1)))
      }
    if isDrawn { Interrupt.installPause() }
  }

  /// Neither a line nor a summary.
  init(quietStage stage: String) {
    self.stage = stage
    (isDrawn, isQuiet, drawsInPipeline) = (false, true, false)
    note = { "" }
  }

  /// Shows `counts`, at most ten times a second.
  public func draw(_ counts: RowCounts) {
    draw { "\(stage): \(counts.shortSummary)" }
  }

  /// Shows a line, at most ten times a second.
  public func draw(_ text: () -> String) {
    guard isDrawn else { return }
    StandardError.draw { text() + note() }
  }

  /// Wipes the progress line and says in one line what was done in which time,
  /// after a signal also that the same command goes on. Where nobody reads
  /// stdout any more only a tool that draws in pipelines says something.
  public func finish(_ summary: String) {
    StandardError.endDrawing()
    Self.hasFinished.store(true, ordering: .relaxed)
    guard !isQuiet else { return }
    if Interrupt.requested != nil {
      StandardError.line(
        "\(stage): interrupted: \(summary) (\(elapsed)); the same command goes on")
    } else if !Interrupt.hasOutputClosed || drawsInPipeline {
      StandardError.line("\(stage): \(summary) (\(elapsed))")
    }
  }

  /// Whether a summary has been given, or none is wanted.
  static let hasFinished = Atomic<Bool>(false)

  private var elapsed: String {
    let tenths = (Monotonic.nanoseconds() - start) / 100_000_000
    return "\(tenths / 10).\(tenths % 10) s"
  }

  private static func isPipe(_ descriptor: Int32) -> Bool {
    var info = stat()
    return unsafe fstat(descriptor, &info) == 0 && info.st_mode & S_IFMT == S_IFIFO
  }
}

import ArgumentParser
import Glibc
import HTTP
import Shared

/// Asks Gemini to explain the reference answer of every row.
@main
struct Gemini: Tool {
  static let configuration = CommandConfiguration(
    commandName: "vqa-gemini",
    abstract: "Ask Gemini to explain the reference answer of every row.",
    discussion: """
      Reads rows (JSON Lines) with "question", "answer" and "image_path", and writes them in the \
      same order with "descriptive_answer" and "gemini" added, or with an "error". Rows that have \
      an answer already go through untouched; rows that failed here before are tried again.

        vqa-extract --split train | vqa-hash |
          vqa-gemini --keys keys.txt > answered.jsonl
        jq -c 'select(.error)' answered.jsonl |
          vqa-gemini --keys keys.txt > again.jsonl

      Keys come from --keys, or from GEMINI_API_KEYS (separated by commas), GOOGLE_API_KEY or \
      GEMINI_API_KEY. A key file has a line for each key: KEY [name=N] [project=P] [rpm=N] \
      [tpm=N] [rpd=N]. Keys of one project share its limits.

      Exit status: 0 all rows done, 1 some rows carry an error, 2 could not work, 64 usage, \
      75 stopped early (quota, budget or keys used up; run it again to continue), 128 and the \
      signal's number if one came.
      """,
    version: version)

  static var version: String { "\(toolkitVersion) (\(libcurlVersion()))" }

  @Argument(
    help: "Files of rows; '-' or none is stdin.", completion: .file(extensions: ["jsonl"]),
    transform: fileName)
  var files: [String] = []

  @OptionGroup(title: "What is asked") var asking: AskingOptions
  @OptionGroup(title: "Keys and limits") var access: AccessOptions

  @OptionGroup(title: "What is remembered") var memory: MemoryOptions

  @OptionGroup(title: "Budget") var budget: BudgetOptions
  @OptionGroup(title: "Batch jobs") var batch: BatchOptions
  @OptionGroup(title: "Messages") var common: CommonOptions

  var isPerImage: Bool { asking.isPerImage }
  var force: Bool { memory.force }

  mutating func validate() throws {
    if isPerImage, asking.prompt != nil {
      throw ValidationError("--prompt is for one question; --per-image has a prompt of its own.")
    }
    try validateBatch()
  }

  mutating func execute() throws -> ExitStatus {
    let environment = Environment.current()
    if batch.printsStatus { return try printBatchStatus(environment) }
    var options = try access.runOptions(asking, environment: environment)
    options.engine.isPerImage = isPerImage
    options.engine.budget = budget.budget
    options.engine.priceFactor = priceFactor
    let settings = try asking.settings()
    let prompt = try asking.promptTemplate()
    let writer = RequestWriter(
      settings: settings, prompt: prompt, task: asking.task, service: options.service)
    let given = try KeySources.keys(file: access.keys, environment: environment)
    let keys = try access.keysSlice?.keys(of: given) ?? given
    if let warning = KeySources.warning(file: access.keys) {
      StandardError.line("vqa-gemini: \(warning)")
    }
    let judge = ReplyJudge(
      policy: asking.policy(settings, prompt), price: budget.price, tier: asking.tier,
      redactor: Redactor(keys),
      thoughtCap: asking.maxOutputTokens == nil ? settings.thoughtCap : nil)
    let cache = try memory.cache(environment)
    if budget.dryRun {
      return try dryRun(try LineReader(operands: files), writer, judge, cache, keys)
    }
    let parts = Parts(
      options: options, writer: writer, judge: judge, keys: keys, environment: environment)
    if batch.isBatch { return try runBatch(parts, cache, try RereadableInput(files)) }
    let reader = try LineReader(operands: files)
    let status = RunStatus()
    let progress = Progress(
      stage: "vqa-gemini", options: common, inPipeline: true, note: { status.note })
    let worker = try liveWorker(
      options, parts, cache, status, reportsWaits: !progress.isDrawn && !common.quiet)
    return try run(reader, worker, progress)
  }

  /// What a request costs, as a part of the standard price.
  private var priceFactor: Double {
    batch.isBatch ? BatchPlan.priceFactor : (asking.tier ?? .standard).priceFactor
  }

  private func run(
    _ reader: consuming LineReader, _ worker: consuming GeminiWorker, _ progress: Progress
  ) throws -> ExitStatus {
    let intake = Intake(stage: "vqa-gemini", force: force)
    var loop = FilterLoop(
      reader: reader, intake: intake, worker: worker, progress: progress, windowBytes: 16 << 20)
    do {
      try loop.run()
    } catch {
      try? loop.worker.close()
      throw error
    }
    do throws(ToolError) {
      try loop.worker.close()
    } catch {
      // After a signal the tool's own end says nothing of failures.
      if Interrupt.isEnding { StandardError.line("vqa-gemini: \(error)") }
      throw error
    }
    let (stop, totals) = (loop.worker.engine.stop, loop.worker.engine.totals)
    let counts = try loop.close()
    progress.finish(
      counts.summary + totals.summary(price: budget.price) + memory.summary(stop, totals))
    return self.status(stop, counts)
  }

  private func dryRun(
    _ reader: consuming LineReader, _ writer: RequestWriter, _ judge: ReplyJudge,
    _ cache: consuming ReplyCache, _ keys: [APIKey]
  ) throws -> ExitStatus {
    let worker = try DryRunWorker(
      judge: judge, writer: writer, cache: cache, isPerImage: isPerImage,
      batch: batch.isBatch ? batch.plan : nil,
      file: try budget.requests.map { path throws(ToolError) in try AtomicFile(path: path) })
    let progress = Progress(stage: "vqa-gemini", options: common, inPipeline: true)
    let intake = Intake(stage: "vqa-gemini", force: force)
    var loop = FilterLoop(
      reader: reader, intake: intake, worker: worker, progress: progress, windowBytes: 16 << 20)
    try loop.run()
    try loop.worker.close()
    let plan = loop.worker.plan
    let counts = try loop.close()
    let projects = Project.grouped(keys, defaults: access.limits).map(\.quota.limits)
    let summary = plan.summary(
      price: budget.price, priceFactor: priceFactor,
      limits: projects.isEmpty ? [access.limits] : projects)
    progress.finish("dry run: \(counts.summary); \(summary)")
    return counts.exitStatus
  }

  func status(_ stop: Stop?, _ counts: RowCounts) -> ExitStatus {
    switch stop {
    case .early(let reason):
      StandardError.line("vqa-gemini: stopped early: \(reason); run it again to continue")
      return .stoppedEarly
    case .hopeless(let reason):
      StandardError.line("vqa-gemini: stopped: \(reason)")
      return .cannotWork
    case .interrupted, .outputClosed: return counts.exitStatus
    case nil:
      let pending = counts.failuresByCode[ErrorCode.pending.rawValue] ?? 0
      return pending > 0 ? waiting(for: pending) : counts.exitStatus
    }
  }

  /// How a run ends that has left rows to batch jobs.
  func waiting(for rows: Int) -> ExitStatus {
    StandardError.line(
      "vqa-gemini: \(rows) \(rows == 1 ? "row waits" : "rows wait") for batch jobs; run "
        + "vqa-gemini --batch to take the answers")
    return .stoppedEarly
  }
}

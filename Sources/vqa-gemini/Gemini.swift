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

        vqa-extract --split train | vqa-hash | vqa-gemini --keys keys.txt > answered.jsonl
        jq -c 'select(.error)' answered.jsonl | vqa-gemini --keys keys.txt > again.jsonl

      Keys come from --keys, or from GEMINI_API_KEYS (separated by commas), GOOGLE_API_KEY or \
      GEMINI_API_KEY. A key file has a line for each key: KEY [name=N] [project=P] [rpm=N] \
      [tpm=N] [rpd=N]. Keys of one project share its limits.

      Exit status: 0 all rows done, 1 some rows carry an error, 2 could not work, 64 usage, \
      75 stopped early (quota, budget or keys used up; run it again to continue).
      """,
    version: version)

  static var version: String { "\(toolkitVersion) (\(libcurlVersion()))" }

  @Argument(help: "Files of rows; - or none is stdin.", completion: .file(extensions: ["jsonl"]))
  var files: [String] = []

  @OptionGroup var common: CommonOptions
  @OptionGroup(title: "What is asked") var asking: AskingOptions
  @OptionGroup(title: "Keys and limits") var access: AccessOptions

  @OptionGroup(title: "What is remembered") var memory: MemoryOptions

  @Flag(help: "Ask again for rows that have an answer.")
  var force = false

  mutating func execute() throws -> ExitStatus {
    let environment = Environment.current()
    let options = try access.runOptions(asking, environment: environment)
    let keys = try KeySources.keys(file: access.keys, environment: environment)
    let limiter = Limiter(
      projects: Project.grouped(keys, defaults: access.limits),
      shared: keys.isEmpty ? nil : try SharedLimits(path: StateFiles.limits(environment)),
      model: asking.model)
    let worker = try GeminiWorker(
      options: options, settings: try asking.settings(), prompt: try asking.promptTemplate(),
      keys: keys, limiter: limiter, cache: try memory.answers(environment))
    let progress = Progress(stage: "vqa-gemini", options: common, inPipeline: true)
    var loop = FilterLoop(
      reader: try LineReader(operands: files), intake: Intake(stage: "vqa-gemini", force: force),
      worker: worker, progress: progress, windowBytes: 16 << 20)
    try loop.run()
    let stop = loop.worker.stop
    let counts = try loop.close()
    progress.finish(counts.summary)
    return status(stop, counts)
  }

  private func status(_ stop: Stop?, _ counts: RowCounts) -> ExitStatus {
    switch stop {
    case .early(let reason):
      StandardError.line("vqa-gemini: stopped early: \(reason); run it again to continue")
      return .stoppedEarly
    case .hopeless(let reason):
      StandardError.line("vqa-gemini: stopped: \(reason)")
      return .cannotWork
    case .interrupted, nil: return counts.exitStatus
    }
  }
}

/// The environment as a dictionary.
enum Environment {
  static func current() -> [String: String] {
    var variables: [String: String] = [:]
    var entry = unsafe environ
    while let text = unsafe entry.pointee {
      let pair = unsafe String(cString: text)
      if let equals = pair.firstIndex(of: "=") {
        variables[String(pair[..<equals])] = String(pair[pair.index(after: equals)...])
      }
      unsafe entry += 1
    }
    return variables
  }
}

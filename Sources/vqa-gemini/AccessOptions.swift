import ArgumentParser
import Shared

/// Keys, limits, and how the service is reached.
struct AccessOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("A file of keys.", valueName: "file"), completion: .file(),
    transform: fileName)
  var keys: String?

  @Option(
    help: ArgumentHelp(
      "Use only the projects of slice i of n (from 1), so that n hosts with the same keys share none.",
      valueName: "i/n"))
  var keysSlice: KeySlice?

  @Option(
    help: ArgumentHelp(
      "Requests that a project may make in any 60 seconds, where its key says nothing.",
      valueName: "number"))
  var rpm = 60

  @Option(
    help: ArgumentHelp(
      "Input tokens in any 60 seconds, likewise. (default: no limit)", valueName: "number"))
  var tpm: Int?

  @Option(
    help: ArgumentHelp(
      "Requests in a Pacific day, likewise. (default: no limit)", valueName: "number"))
  var rpd: Int?

  @Option(
    name: [.customShort("j", allowingJoined: true), .long],
    help: ArgumentHelp("Requests in flight.", valueName: "number"))
  var jobs = EngineOptions().jobs

  @Option(
    help: ArgumentHelp(
      "How often a request that failed in transit is tried again.", valueName: "number"))
  var retries = EngineOptions().retries

  @Option(
    help: ArgumentHelp(
      "How long one request may take. (default: 300, with --tier flex 900)", valueName: "seconds"))
  var timeout: Double?

  @Option(
    help: ArgumentHelp(
      "Where the API is; https, or http to loopback. (default: GOOGLE_GEMINI_BASE_URL, or "
        + "\(BaseURL.standard))", valueName: "url"))
  var baseUrl: String?

  mutating func validate() throws {
    for (name, value) in [("rpm", rpm), ("tpm", tpm ?? 1), ("rpd", rpd ?? 1), ("jobs", jobs)]
    where value < 1 {
      throw ValidationError("--\(name) must be 1 or more.")
    }
    guard jobs <= 4096 else { throw ValidationError("--jobs must be 4096 or less.") }
    guard retries >= 0 else { throw ValidationError("--retries must be 0 or more.") }
    if let timeout, !(timeout > 0 && timeout <= 86_400) {
      throw ValidationError("--timeout must be above 0 and no more than a day.")
    }
  }

  /// The limits of a project whose keys say nothing.
  var limits: RateLimits {
    RateLimits(requestsPerMinute: rpm, tokensPerMinute: tpm, requestsPerDay: rpd)
  }

  /// What the run works with.
  func runOptions(
    _ asking: AskingOptions, environment: [String: String]
  ) throws(ToolError) -> RunOptions {
    func variable(_ name: String) -> String? {
      environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
    let base = try BaseURL(baseUrl ?? variable("GOOGLE_GEMINI_BASE_URL") ?? BaseURL.standard)
    var options = RunOptions()
    options.address = base.address
    options.url = base.generateContent(model: asking.model)
    options.service = base.identity
    options.usesProxies = !base.isLoopbackOnly
    options.engine.jobs = jobs
    options.engine.retries = retries
    options.engine.timeout = timeout ?? (asking.tier ?? .standard).timeout
    // What curl and OpenSSL call them; libcurl itself reads neither.
    options.certificateFile = variable("CURL_CA_BUNDLE") ?? variable("SSL_CERT_FILE")
    options.certificateDirectory = variable("SSL_CERT_DIR")
    return options
  }
}

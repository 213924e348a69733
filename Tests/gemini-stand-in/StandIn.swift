import ArgumentParser
import NIOCore
import NIOPosix
import Shared

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The command: reads what it is to be, listens, serves until it is told to stop.
@main
struct StandIn: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gemini-stand-in",
    abstract: "A stand-in for the Gemini API on loopback, for tests.",
    discussion: "Tests/gemini-stand-in/README.md lists keys, faults and the log's fields.")

  @Option(help: ArgumentHelp("Port to listen on; 0 takes a free one.", valueName: "number"))
  var port = 0

  @Option(
    help: ArgumentHelp(
      "File that gets the port's number once the server listens.", valueName: "file"),
    transform: fileName)
  var portFile: String?

  @Option(
    help: ArgumentHelp(
      "File with a directive on each line: key, project, fault or batch.", valueName: "file"),
    transform: fileName)
  var config: String?

  @Option(
    help: ArgumentHelp(
      "A key, as in --config: 'KEY name= project= state= models= rpm= tpm= rpd= tier='.",
      valueName: "directive"))
  var key: [String] = []

  @Option(
    help: ArgumentHelp(
      "A project's limits: 'NAME rpm= tpm= rpd= tier='.", valueName: "directive"))
  var project: [String] = []

  @Option(
    help: ArgumentHelp(
      "A fault: 'NAME key= model= text= nth= share= first= …'.", valueName: "directive"))
  var fault: [String] = []

  @Option(
    help: ArgumentHelp(
      "How files and batch jobs behave: 'processing= run= jobs= …'.", valueName: "directive"))
  var batch: [String] = []

  @Option(
    help: ArgumentHelp("File that gets a JSON line for each request.", valueName: "file"),
    transform: fileName)
  var log: String?

  @Option(
    help: ArgumentHelp(
      "How long an answer takes: 200ms, or 100ms..400ms by the request's digest.",
      valueName: "time"))
  var latency = "0ms"

  @Option(help: ArgumentHelp("Changes what is left to chance.", valueName: "number"))
  var seed: UInt64 = 0

  @Option(
    help: ArgumentHelp(
      "How a minute is told: sliding (any 60 seconds) or fixed (from :00 to :00).",
      valueName: "kind"))
  var minute = MinuteWindow.sliding

  @Flag(help: "A refused request uses up the minute as well.")
  var countRefusals = false

  @Flag(help: "Answers are gzip-compressed where the client accepts that.")
  var gzip = false

  @Option(help: ArgumentHelp("Largest request body taken, in bytes.", valueName: "bytes"))
  var maxBody = 100 << 20

  @Flag(help: "Stop when standard input ends, so that no test leaves a server behind.")
  var untilStdinCloses = false

  func run() throws {
    try StandardStreams.check()
    let configuration = try makeConfiguration()
    var ending = Ending()
    let loop = MultiThreadedEventLoopGroup(numberOfThreads: 1).next()
    let (logPath, epoch) = (log, Clock.now)
    let server = try loop.submit {
      let log = try logPath.map(RequestLog.init)
      return NIOLoopBound(
        Server(Service(configuration), log: log, epoch: epoch), eventLoop: loop)
    }.wait()
    let channel = try Server.listen(server, port: port, on: loop)
    let port = channel.localAddress?.port ?? 0
    if let portFile { try Files.writeWhole("\(port)\n", to: portFile) }
    try Files.write(Array("listening on http://127.0.0.1:\(port)\n".utf8), to: 1)
    ending.wait(orEndOfInput: untilStdinCloses)
    try loop.submit { server.value.flush() }.wait()
  }

  private func makeConfiguration() throws -> Configuration {
    var result = Configuration()
    result.seed = seed
    result.window = minute
    result.countsRefusals = countRefusals
    result.compresses = gzip
    result.maximumBody = maxBody
    do {
      result.latency = try Configuration.latency(latency)
      if let config {
        for line in try Files.readText(config).split(separator: "\n") { try result.apply(line) }
      }
      for (word, lines) in [
        ("project", project), ("key", key), ("fault", fault), ("batch", batch),
      ] {
        for line in lines { try result.apply("\(word) \(line)") }
      }
    } catch let error as Directive.Malformed {
      throw ValidationError(error.description)
    }
    return result
  }
}

enum Clock {
  /// Seconds since 1970.
  static var now: Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

extension MinuteWindow: ExpressibleByArgument {}

import HTTP
import Shared

/// What the command line asks for, beside the model's settings.
struct RunOptions {
  /// Where the API is, without a slash at the end.
  var address = ""
  /// Address of `generateContent` for the model.
  var url = ""
  /// Identifies the service in the cache, which may hold others' answers.
  var service = ""
  var engine = EngineOptions()
  /// Proxies are not for loopback: a key would leave the machine unencrypted.
  var usesProxies = true
  var certificateFile: String?
  var certificateDirectory: String?

  /// How requests travel. The engine gives up those that take too long, since
  /// the time in which the process is stopped does not count.
  var transport: ClientOptions {
    var transport = ClientOptions()
    transport.timeout = .infinity
    transport.maximumConnections = engine.jobs
    transport.usesProxies = usesProxies
    transport.certificateFile = certificateFile
    transport.certificateDirectory = certificateDirectory
    transport.userAgent = "vqa-gemini/\(toolkitVersion)"
    return transport
  }
}

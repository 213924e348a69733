/// What the command line asks for, beside the model's settings.
struct RunOptions {
  /// Address of `generateContent` for the model.
  var url = ""
  /// What tells the answers of this service from others' in the cache.
  var service = ""
  /// Requests in flight at once.
  var jobs = 256
  /// How often a request that failed in transit is tried again.
  var retries = 8
  /// Seconds for one request.
  var timeout = 300.0
  var check = AnswerCheck.Mode.pattern
  var isPerImage = false
  var budget = Budget()
  /// Proxies are not for loopback: a key would leave the machine unencrypted.
  var usesProxies = true
  var certificateFile: String?
  var certificateDirectory: String?

  /// A useless answer is asked for again this often; each time is paid.
  static let answerRetries = 1
  /// A row whose requests meet this many 429s in spite of all waiting fails.
  static let refusalRetries = 20
  /// Seconds that requests in flight are given after a signal to stop.
  static let grace = 5.0
  /// When this many rows in a row have failed for the network or the service
  /// and not one was answered, the run stops.
  static let hopeless = 25
}

/// Why no more requests are sent.
enum Stop: Equatable {
  /// Used up, today or for this run: status 75.
  case early(String)
  /// No request can succeed: status 2.
  case hopeless(String)
  case interrupted

  var reason: String {
    switch self {
    case .early(let reason), .hopeless(let reason): reason
    case .interrupted: "interrupted"
    }
  }
}

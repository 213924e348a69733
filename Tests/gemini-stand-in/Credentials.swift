/// An API key that the stand-in knows.
struct APIKey {
  /// What the service thinks of a key.
  enum State: String, CaseIterable {
    case ok, expired, leaked
    case badToken = "bad-token"
    case suspended, blocked, disabled, prepaid, depleted
  }

  let key: String
  /// What the log calls it: the key itself is never logged.
  let name: String
  let project: String
  let state: State
  /// Models that this key's project may use; nil is all.
  let models: Set<String>?
}

/// The keys and the refusals that a request without a good one gets.
struct Credentials {
  /// The key that is good when none was configured.
  static let defaultKey = "stand-in-key"

  private var keys: [String: APIKey] = [:]

  var isEmpty: Bool { keys.isEmpty }

  mutating func add(_ key: APIKey) { keys[key.key] = key }

  /// - Parameter sent: every credential that the request carried.
  func key(for sent: [String]) throws(Refusal) -> APIKey {
    guard sent.count <= 1 else {
      throw .invalidArgument("Multiple authentication credentials received. Please pass only one.")
    }
    guard let text = sent.first, !text.isEmpty else {
      throw Credentials.unregistered
    }
    guard let key = keys[text] else { throw Credentials.invalid }
    if let refusal = Credentials.refusal(of: key) { throw refusal }
    return key
  }

  static let invalid = keyRefusal("API key not valid. Please pass a valid API key.")
  static let expired = keyRefusal("API key expired. Please renew the API key.")
  static let unregistered = Refusal.permissionDenied(
    "Method doesn't allow unregistered callers (callers without established identity). "
      + "Please use API Key or other form of API consumer identity to call this API.")
  static let leaked = Refusal.permissionDenied(
    "Your API key was reported as leaked. Please use another API key.")
  static let badToken = Refusal(
    code: 401, status: "UNAUTHENTICATED",
    message: "Request had invalid authentication credentials. Expected OAuth 2 access token, login "
      + "cookie or other valid authentication credential.",
    details: [Detail.errorInfo("ACCESS_TOKEN_TYPE_UNSUPPORTED", service)])
  static let disabled = Refusal.permissionDenied(
    "Generative Language API has not been used in project 1234 before or it is disabled.",
    details: [Detail.errorInfo("SERVICE_DISABLED", service)])
  static let suspended = Refusal.permissionDenied(
    "Permission denied: Consumer 'projects/1234' has been suspended.",
    details: [Detail.errorInfo("CONSUMER_SUSPENDED", service)])
  static let blocked = Refusal.permissionDenied(
    "Requests to this API generativelanguage.googleapis.com method "
      + "google.ai.generativelanguage.v1beta.GenerativeService.GenerateContent are blocked.",
    details: [Detail.errorInfo("API_KEY_SERVICE_BLOCKED", service)])
  static let depleted = Refusal.exhausted(
    "Your prepayment credits are depleted. Please go to AI Studio at "
      + "https://ai.studio/projects to manage your project and billing.")
  static let prepaid = Refusal(
    code: 402, status: "RESOURCE_EXHAUSTED",
    message: "Your prepayment credits are depleted. Add credits in AI Studio to go on.")

  /// The refusal that repeats the key in its details.
  static func notFound(quoting key: String) -> Refusal {
    let message = "API Key not found. Please pass a valid API key."
    var refusal = keyRefusal(message)
    refusal.details.append(
      Detail.debugInfo(
        "[ORIGINAL ERROR] generic::invalid_argument: \(message) key=\(key) "
          + "[google.rpc.error_details_ext] { code: 3 }"))
    return refusal
  }

  private static let service: Value = ["service": "generativelanguage.googleapis.com"]

  private static func keyRefusal(_ message: String) -> Refusal {
    .invalidArgument(
      message,
      details: [Detail.errorInfo("API_KEY_INVALID", service), Detail.localized(message)])
  }

  private static func refusal(of key: APIKey) -> Refusal? {
    switch key.state {
    case .ok: nil
    case .expired: expired
    case .leaked: leaked
    case .badToken: badToken
    case .suspended: suspended
    case .blocked: blocked
    case .disabled: disabled
    case .prepaid: prepaid
    case .depleted: depleted
    }
  }
}

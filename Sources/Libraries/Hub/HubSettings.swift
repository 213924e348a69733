/// Where the Hub and its cache are, by the variables of `huggingface_hub`
/// (https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables).
public struct HubSettings: Sendable {
  /// `HF_ENDPOINT`, without a slash at the end.
  public var endpoint: String
  /// `HF_HUB_CACHE`, else `$HF_HOME/hub`, else `$XDG_CACHE_HOME/huggingface/hub`,
  /// else `~/.cache/huggingface/hub`.
  public var cache: String
  /// `HF_TOKEN`, else what the token file holds.
  public var token: String?
  /// `HF_HUB_OFFLINE`
  public var isOffline: Bool
  /// `CURL_CA_BUNDLE` or `SSL_CERT_FILE`.
  public var certificateFile: String?
  /// `SSL_CERT_DIR`
  public var certificateDirectory: String?

  /// - Parameters:
  ///   - environment: the process's.
  ///   - readFile: gives a small file's text, nil if it cannot be read.
  public init(environment: [String: String], readFile: (String) -> String?) {
    func variable(_ names: String...) -> String? {
      names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
    }
    let home = variable("HOME") ?? "/"
    func expanded(_ path: String) -> String {
      path == "~" || path.hasPrefix("~/") ? home + path.dropFirst() : path
    }
    let hubHome = expanded(
      variable("HF_HOME") ?? (variable("XDG_CACHE_HOME") ?? "~/.cache") + "/huggingface")
    cache = expanded(variable("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE") ?? hubHome + "/hub")
    var endpoint = variable("HF_ENDPOINT") ?? "https://huggingface.co"
    while endpoint.hasSuffix("/") { endpoint.removeLast() }
    self.endpoint = endpoint
    let truths = ["1", "on", "yes", "true"]
    func isTrue(_ name: String) -> Bool {
      truths.contains((variable(name) ?? "").lowercased())
    }
    isOffline = isTrue("HF_HUB_OFFLINE") || isTrue("TRANSFORMERS_OFFLINE")
    certificateFile = variable("CURL_CA_BUNDLE", "SSL_CERT_FILE")
    certificateDirectory = variable("SSL_CERT_DIR")
    let given = variable("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")
    let token =
      isTrue("HF_HUB_DISABLE_IMPLICIT_TOKEN")
      ? nil : given ?? readFile(expanded(variable("HF_TOKEN_PATH") ?? hubHome + "/token"))
    self.token = token.map { String($0.filter { !$0.isWhitespace }) }.flatMap {
      $0.isEmpty ? nil : $0
    }
  }
}

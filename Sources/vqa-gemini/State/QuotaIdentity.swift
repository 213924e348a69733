import Digests

/// What a project is recognised by.
struct QuotaIdentity: Equatable {
  /// SHA-256.
  let digest: [UInt8]

  /// One of its keys.
  init(key secret: String) {
    digest = Digest.hash(.sha256, Array("vqa-gemini limits \(secret)".utf8))
  }

  /// The name that its keys' lines give it.
  init(project name: String) {
    digest = Digest.hash(.sha256, Array("vqa-gemini project \(name)".utf8))
  }
}

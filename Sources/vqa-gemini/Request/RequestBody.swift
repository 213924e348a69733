import Digests
import Shared

/// Writes request bodies (`GenerateContentRequest`) as bytes.
///
/// The instruction and the image come first and the question last, so that
/// requests about one image begin alike and the service's implicit caching
/// can find that.
struct RequestBody {
  private let settings: ModelSettings
  private let head: [UInt8]
  /// Members of `generationConfig` beside those of `settings`.
  private let extra: String

  /// - Parameter generationConfig: members for `generationConfig` beside those
  ///   of `settings`.
  init(settings: ModelSettings, generationConfig: String = "") {
    self.settings = settings
    extra = generationConfig
    var head: [UInt8] = Array("{".utf8)
    if !settings.system.isEmpty {
      head += "\"systemInstruction\":{\"parts\":[{\"text\":".utf8
      JSONText.appendQuoted(settings.system, to: &head)
      head += "}]},".utf8
    }
    head += "\"contents\":[{\"role\":\"user\",\"parts\":[{\"inlineData\":{\"mimeType\":\"".utf8
    self.head = head
  }

  /// The body about `picture`, in pieces of which the second is the shared
  /// Base64 of the picture.
  ///
  /// - Parameters:
  ///   - questions: how many the prompt asks.
  ///   - isCapRaised: see `ModelSettings.outputCap`.
  func pieces(
    picture: Picture, base64: [UInt8], prompt: [UInt8], questions: Int = 1,
    isCapRaised: Bool = false
  ) -> [[UInt8]] {
    let members = settings.members(extra: extra, questions: questions, isCapRaised: isCapRaised)
    return [before(picture), base64, Self.after(prompt, members)]
  }

  private func before(_ picture: Picture) -> [UInt8] {
    head + Array("\(picture.format.mimeType)\",\"data\":\"".utf8)
  }

  private static func after(_ prompt: [UInt8], _ members: String) -> [UInt8] {
    var text = Array("\"}},{\"text\":".utf8)
    text.reserveCapacity(prompt.count + members.utf8.count + 64)
    JSONText.appendQuoted(prompt, to: &text)
    text += "}]}]\(members)}".utf8
    return text
  }

  /// Equal for equal requests, whatever file the picture came from.
  ///
  /// - Parameter service: `BaseURL.identity`.
  func key(picture: Picture, prompt: [UInt8], service: String) -> RequestKey {
    RequestKey(
      bytes: digest("vqa-gemini 2\n\(service)\n\(settings.model)\n", picture, prompt))
  }

  /// The keys under which caches of `user_version` 0 hold this request: they
  /// depended on the check and the way of asking.
  func legacyKeys(picture: Picture, prompt: [UInt8], service: String) -> [RequestKey] {
    ["pattern", "mention", "none"].flatMap { check in
      ["", " per image"].map { way in
        let policy = "\(service) \(check)\(way)"
        return RequestKey(
          bytes: digest("vqa-gemini 1\n\(settings.model)\n\(policy)\n", picture, prompt))
      }
    }
  }

  /// SHA-256 of the request, the picture by its digest.
  private func digest(_ prefix: String, _ picture: Picture, _ prompt: [UInt8]) -> [UInt8] {
    var digest = Digest(.sha256)
    for piece in [
      Array(prefix.utf8), before(picture), picture.digest,
      Self.after(prompt, settings.members(extra: extra)),
    ] {
      unsafe digest.update(piece.span.bytes)
    }
    return digest.finish()
  }
}

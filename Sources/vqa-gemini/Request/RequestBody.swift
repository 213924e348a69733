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
  private let tail: [UInt8]

  /// - Parameter generationConfig: members for `generationConfig` beside those
  ///   of `settings`.
  init(settings: ModelSettings, generationConfig: String = "") {
    self.settings = settings
    var head: [UInt8] = Array("{".utf8)
    if !settings.system.isEmpty {
      head += "\"systemInstruction\":{\"parts\":[{\"text\":".utf8
      JSONText.appendQuoted(settings.system, to: &head)
      head += "}]},".utf8
    }
    head += "\"contents\":[{\"role\":\"user\",\"parts\":[{\"inlineData\":{\"mimeType\":\"".utf8
    self.head = head
    tail = Array("}]}]\(settings.members(extra: generationConfig))}".utf8)
  }

  /// The body about `picture`, in pieces of which the second is the shared
  /// Base64 of the picture.
  func pieces(picture: Picture, base64: [UInt8], prompt: [UInt8]) -> [[UInt8]] {
    [before(picture), base64, after(prompt)]
  }

  private func before(_ picture: Picture) -> [UInt8] {
    head + Array("\(picture.format.mimeType)\",\"data\":\"".utf8)
  }

  private func after(_ prompt: [UInt8]) -> [UInt8] {
    var text = Array("\"}},{\"text\":".utf8)
    text.reserveCapacity(prompt.count + tail.count + 64)
    JSONText.appendQuoted(prompt, to: &text)
    text += tail
    return text
  }

  /// SHA-256 of the request, with the picture by its digest: equal for equal
  /// requests, whatever file the picture came from.
  ///
  /// - Parameter policy: what else an answer depends on, such as how it is
  ///   checked.
  func digest(picture: Picture, prompt: [UInt8], policy: String) -> [UInt8] {
    var digest = Digest(.sha256)
    for piece in [
      Array("vqa-gemini 1\n\(settings.model)\n\(policy)\n".utf8), before(picture), picture.digest,
      after(prompt),
    ] {
      unsafe digest.update(piece.span.bytes)
    }
    return digest.finish()
  }
}

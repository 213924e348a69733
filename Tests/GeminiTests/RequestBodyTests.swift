import Foundation
import Shared
import Testing

@testable import vqa_gemini

struct RequestBodyTests {
  private static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 255]

  private func picture(_ bytes: [UInt8] = png) throws -> Picture {
    Picture(path: "", bytes: bytes, format: try #require(PictureFormat(bytes)))
  }

  @Test func theBodyIsWhatTheAPITakes() throws {
    var settings = ModelSettings()
    settings.temperature = 0.5
    settings.maxOutputTokens = 100
    settings.thinking = .level("low")
    settings.mediaResolution = .medium
    settings.seed = 7
    settings.safety = .blockNone
    settings.system = "Say \"so\"."
    let prompt = "Question: a\u{1}\"\\\u{1F600}\n"
    let pieces = RequestBody(settings: settings).pieces(
      picture: try picture(), base64: Array("iVBORw0KGgoA/w==".utf8), prompt: Array(prompt.utf8))
    let json = try JSONSerialization.jsonObject(with: Data(pieces.joined()))
    let expected = """
      {"systemInstruction":{"parts":[{"text":"Say \\"so\\"."}]},
      "contents":[{"role":"user","parts":[
      {"inlineData":{"mimeType":"image/png","data":"iVBORw0KGgoA/w=="}},
      {"text":"Question: a\\u0001\\"\\\\\u{1F600}\\n"}]}],
      "generationConfig":{"temperature":0.5,"maxOutputTokens":100,"seed":7,
      "mediaResolution":"MEDIA_RESOLUTION_MEDIUM","thinkingConfig":{"thinkingLevel":"LOW"}},
      "safetySettings":[{"category":"HARM_CATEGORY_HARASSMENT","threshold":"BLOCK_NONE"},
      {"category":"HARM_CATEGORY_HATE_SPEECH","threshold":"BLOCK_NONE"},
      {"category":"HARM_CATEGORY_SEXUALLY_EXPLICIT","threshold":"BLOCK_NONE"},
      {"category":"HARM_CATEGORY_DANGEROUS_CONTENT","threshold":"BLOCK_NONE"}]}
      """
    let other = try JSONSerialization.jsonObject(with: Data(expected.utf8))
    #expect(try #require(json as? NSDictionary) == #require(other as? NSDictionary))
  }

  @Test func whatIsNotGivenIsLeftToTheService() throws {
    let pieces = RequestBody(settings: ModelSettings()).pieces(
      picture: try picture(), base64: [], prompt: [])
    let text = String(decoding: Array(pieces.joined()), as: UTF8.self)
    #expect(!text.contains("generationConfig") && !text.contains("safetySettings"))
  }

  @Test func theDigestTellsRequestsApart() throws {
    let body = RequestBody(settings: ModelSettings())
    var other = ModelSettings()
    other.seed = 1
    let same = try body.digest(picture: picture(), prompt: [1], policy: "pattern")
    #expect(try body.digest(picture: picture(), prompt: [1], policy: "pattern") == same)
    #expect(try body.digest(picture: picture(), prompt: [2], policy: "pattern") != same)
    #expect(try body.digest(picture: picture(), prompt: [1], policy: "none") != same)
    #expect(
      try body.digest(picture: picture(Self.png + [1]), prompt: [1], policy: "pattern") != same)
    #expect(
      try RequestBody(settings: other).digest(picture: picture(), prompt: [1], policy: "pattern")
        != same)
  }

  @Test func aTemplateIsFilledOnce() throws {
    let prompt = try Prompt(template: "{x} {question} {answer}{question")
    let text = prompt.text(question: Array("{answer}".utf8), answer: Array("{question}".utf8))
    #expect(String(decoding: text, as: UTF8.self) == "{x} {answer} {question}{question")
    #expect(throws: ToolError.self) { try Prompt(template: "no place") }
  }

  @Test(arguments: [
    ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], PictureFormat.png),
    ([0xFF, 0xD8, 0xFF, 0xE0], .jpeg),
    (Array("RIFF\u{1}\u{2}\u{3}\u{4}WEBPVP8 ".utf8), .webp),
    (Array("\0\0\0\u{18}ftypheic\0\0\0\0".utf8), .heic),
    (Array("\0\0\0\u{18}ftypmif1\0\0\0\0".utf8), .heif),
    (Array("GIF89a".utf8), nil), (Array("BM".utf8), nil), (Array("\0\0\0\u{18}ftypmp42".utf8), nil),
    (Array("root:x:0:0:root:/root:/bin/bash\n".utf8), nil), (Array("<svg".utf8), nil),
    ([0x89, 0x50], nil), ([], nil),
  ])
  func picturesAreToldByTheirSignature(bytes: [UInt8], format: PictureFormat?) {
    #expect(PictureFormat(bytes) == format)
  }
}

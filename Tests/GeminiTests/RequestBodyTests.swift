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
    settings.tier = .flex
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
      {"category":"HARM_CATEGORY_DANGEROUS_CONTENT","threshold":"BLOCK_NONE"}],"serviceTier":"FLEX"}
      """
    let other = try JSONSerialization.jsonObject(with: Data(expected.utf8))
    #expect(try #require(json as? NSDictionary) == #require(other as? NSDictionary))
  }

  @Test func whatIsNotGivenIsLeftToTheService() throws {
    let pieces = RequestBody(settings: ModelSettings()).pieces(
      picture: try picture(), base64: [], prompt: [])
    let text = String(decoding: Array(pieces.joined()), as: UTF8.self)
    #expect(text.hasSuffix(#"]}],"generationConfig":{"maxOutputTokens":3072}}"#))
  }

  /// Thoughts count, so more of them need more.
  @Test(
    arguments: [
      (nil, 1, 3072), (.level("low"), 1, 3072), (.level("high"), 1, 17_408),
      (.level("xhigh"), 1, 33_792), (.budget(1000), 1, 2024), (.budget(-1), 1, 3072),
      (nil, 7, 6144), (nil, 40, 23_040), (.budget(.max), 1, 1_049_600),
    ] as [(ModelSettings.Thinking?, Int, Int)])
  func theOutputIsCapped(thinking: ModelSettings.Thinking?, questions: Int, cap: Int) {
    var settings = ModelSettings()
    settings.thinking = thinking
    #expect(settings.outputCap(questions) == cap)
    #expect(settings.outputCap(questions, isRaised: true) == cap + 3 * settings.thoughtCap)
  }

  @Test func theKeyTellsRequestsApart() throws {
    func key(
      _ change: (inout ModelSettings) -> Void = { _ in }, bytes: [UInt8] = Self.png,
      prompt: [UInt8] = [1], service: String = "s"
    ) throws -> RequestKey {
      var settings = ModelSettings()
      change(&settings)
      return try RequestBody(settings: settings)
        .key(picture: picture(bytes), prompt: prompt, service: service)
    }
    let same = try key()
    #expect(try key() == same && same.bytes.count == 32)
    let others = [
      try key({ $0.seed = 1 }), try key({ $0.model = "m" }), try key({ $0.system = "" }),
      try key({ $0.maxOutputTokens = 8192 }), try key({ $0.thinking = .level("high") }),
      try key({ $0.mediaResolution = .low }), try key({ $0.safety = .off }),
      try key(bytes: Self.png + [1]), try key(prompt: [2]), try key(service: "t"),
    ]
    #expect(Set(others + [same]).count == others.count + 1)
    // How the request travels does not matter.
    #expect(try key({ $0.tier = .flex }) == same)
  }

  /// The digests of the version before the cache had one, as it wrote them.
  @Test func oldCachesAreFound() throws {
    let prompt = try Prompt(template: Prompt.defaultTemplate)
      .text(question: Array("is it?".utf8), answer: Array("yes".utf8))
    let keys = try RequestBody(settings: ModelSettings())
      .legacyKeys(picture: picture(), prompt: prompt, service: "loopback")
    let hex = keys.map { $0.bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
    #expect(Set(hex).count == 6)
    #expect(hex.first == "213407b3b6a2f802b6462a39a63b18d722b6afff4ce5432a26c459ee29e16619")
    #expect(hex.contains("8bb76c76325b625b0b25811a2fd758c46c7d9938275bb14a58cec96ffd670fcc"))
    #expect(hex.contains("fcd5cba13bbed797ede8b44053730c4b2919cbcb51dac4b0ead1241ac14960ea"))
    #expect(hex.contains("c7474f0a3d8577f1babedd316c0ed53b84c17bb59711fa805bfb734b39c1d997"))
  }

  @Test func theTaskIsInThePrompt() throws {
    let question = Question(
      ticket: 0, question: Array("is it?".utf8), answer: Array("SECRET".utf8),
      key: RequestKey(bytes: []))
    for task in QuestionTask.allCases {
      let alone = try Prompt(template: task.defaultTemplate)
        .text(question: question.question, answer: question.answer)
      let group = GroupPrompt.text([question, question], task)
      for text in [alone, group].map({ String(decoding: $0, as: UTF8.self) }) {
        #expect(text.contains("is it?") && text.contains("SECRET") == (task == .explain))
      }
      let schema = "{\(GroupPrompt.generationConfig(task))}"
      #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(schema.utf8)) }
    }
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

import Shared
import Testing

@testable import vqa_gemini

struct KeySourcesTests {
  @Test func aFileHasALineForEachKey() throws {
    let keys = try KeySources.parse(
      """
      # keys of two projects
      AQ.first project=a rpm=10 tpm=2000 rpd=300\r
      AIzaSecond\tproject=a  name=second # comment

      third
      """, name: "keys")
    #expect(keys.map(\.secret) == ["AQ.first", "AIzaSecond", "third"])
    #expect(keys.map(\.project) == ["a", "a", nil])
    #expect(keys.map(\.name) == ["key …st", "second", "key …d"])
    #expect(keys[0].requestsPerMinute == 10)
    #expect(keys[0].tokensPerMinute == 2000)
    #expect(keys[0].requestsPerDay == 300)
  }

  /// A word that is wrong may be a key.
  @Test(arguments: [
    "SECRET1 SECRET2", "rpm=5", "SECRET rpm=SECRET", "SECRET rpm=0", "SE\u{7}CRET", "SECRETé",
  ])
  func noMessageQuotesTheFile(text: String) {
    #expect {
      _ = try KeySources.parse("\n" + text, name: "keys")
    } throws: {
      let message = "\($0)"
      return message.hasPrefix("keys:2: ") && !message.contains("SECRET")
    }
  }

  @Test func theEnvironmentIsAskedInGooglesOrder() throws {
    func secrets(_ environment: [String: String]) throws -> [String] {
      try KeySources.keys(file: nil, environment: environment).map(\.secret)
    }
    #expect(try secrets(["GEMINI_API_KEY": "a"]) == ["a"])
    #expect(try secrets(["GEMINI_API_KEY": "a", "GOOGLE_API_KEY": " b\n"]) == ["b"])
    #expect(try secrets(["GEMINI_API_KEY": "a", "GOOGLE_API_KEY": ""]) == ["a"])
    #expect(try secrets(["GEMINI_API_KEYS": "c, d,,c", "GOOGLE_API_KEY": "b"]) == ["c", "d"])
    #expect(try secrets(["GEMINI_API_KEYS": " ,"]) == [])
  }

  @Test func keysOfOneProjectShareItsLimits() throws {
    let keys = try KeySources.parse(
      "a project=p rpm=10\nb project=p rpm=7 rpd=5\nc\np rpd=9", name: "keys")
    let defaults = Limits(requestsPerMinute: 60, tokensPerMinute: nil, requestsPerDay: 100)
    let projects = Project.grouped(keys, defaults: defaults)
    #expect(projects.map { $0.keys.count } == [2, 1, 1])
    #expect(projects.map(\.allowance.limits.requestsPerMinute) == [7, 60, 60])
    #expect(projects.map(\.allowance.limits.requestsPerDay) == [5, 100, 9])
  }

  @Test func aKeyIsTakenOutOfWhatIsShown() throws {
    let key = try APIKey(secret: "AQ.0123456789abcdef")
    let shown = Redactor([key]).redacted("API key AQ.0123456789abcdef\nis AQ.0123456789abcdef")
    #expect(shown == "API key [key …cdef] is [key …cdef]")
    // Cut after it was taken out: half a key is too much as well.
    let long = String(repeating: "x", count: 295) + "AQ.0123456789abcdef"
    #expect(!Redactor([key]).redacted(long).contains("AQ."))
  }
}

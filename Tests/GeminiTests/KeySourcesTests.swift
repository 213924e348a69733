import Glibc
import Shared
import TestSupport
import Testing

@testable import vqa_gemini

struct KeySourcesTests {
  @Test func aFileHasALineForEachKey() throws {
    let keys = try KeySources.parse(
      """
      # keys of two projects
      AQ.first project=a rpm=10 tpm=2000 rpd=300\r
      AIzaSecond\tproject=a  name=other # comment

      third
      """, name: "keys")
    #expect(keys.map(\.secret) == ["AQ.first", "AIzaSecond", "third"])
    #expect(keys.map(\.project) == ["a", "a", nil])
    #expect(keys.map(\.name) == ["key 1", "other", "key 3"])
    #expect(keys[0].limits.requestsPerMinute == 10)
    #expect(keys[0].limits.tokensPerMinute == 2000)
    #expect(keys[0].limits.requestsPerDay == 300)
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
    let defaults = RateLimits(requestsPerMinute: 60, tokensPerMinute: nil, requestsPerDay: 100)
    let projects = Project.grouped(keys, defaults: defaults)
    #expect(projects.map { $0.keys.count } == [2, 1, 1])
    #expect(projects.map(\.quota.limits.requestsPerMinute) == [7, 60, 60])
    #expect(projects.map(\.quota.limits.requestsPerDay) == [5, 100, 9])
  }

  /// At most two characters of a long key, none of a short one, and no name
  /// that gives the key away.
  @Test(arguments: [
    ("AQ.0123456789abcdef", nil, "key 7 (…ef)"), ("k1", nil, "key 7"), ("shortkey", nil, "key 7"),
    ("AQ.0123456789abcdef", "mine", "mine"), ("k1", "one", "one"),
    ("k1", "the k1 key", "key 7"), ("AQ.0123456789abcdef", "AQ.0123456789abcdef", "key 7 (…ef)"),
    ("AQ.0123456789abcdef", "aq.01234567", "key 7 (…ef)"), ("k12345678", "a\"b\\c", "abc"),
  ])
  func aNameShowsNoKey(secret: String, given: String?, name: String) throws {
    let key = try APIKey(secret: secret, number: 7, name: given, project: given)
    #expect(key.name == name)
    let isHidden = given != nil && name.hasPrefix("key")
    #expect(key.project?.hasPrefix("project ") ?? false == isHidden)
  }

  @Test(arguments: [
    "AIzaSyA0123456789-abcdefghijklmnopqrstu", "AQ.Ab8RN6x_y", "sk/no/such/secret", "stand-in-key",
    "k1k1k1",
  ])
  func aKeyInPlaceOfItsFileIsNotShown(argument: String) {
    #expect {
      _ = try KeySources.keys(file: argument, environment: [:])
    } throws: {
      !"\($0)".contains(argument.prefix(6)) && "\($0)".contains("--keys")
    }
  }

  @Test func aFileThatOthersReadIsWarnedOf() throws {
    let scratch = try Scratch("keys")
    try scratch.write("k1\n", to: "keys")
    for (mode, isOpen) in [(0o600, false), (0o644, true), (0o640, true), (0o400, false)] {
      #expect(unsafe chmod(scratch.path("keys"), mode_t(mode)) == 0)
      #expect((KeySources.warning(file: scratch.path("keys")) != nil) == isOpen)
    }
    #expect(KeySources.warning(file: nil) == nil && KeySources.warning(file: "/none") == nil)
  }
}

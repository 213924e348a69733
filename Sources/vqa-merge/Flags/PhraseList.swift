/// Phrases that are looked for in texts, all in one walk over the words.
struct PhraseList {
  private struct Phrase {
    /// Its place in the list.
    let place: Int
    let text: String
    /// Its words but the first.
    let rest: [String]
  }

  /// By their first words.
  private let phrases: [String: [Phrase]]

  /// - Parameter list: words in lower case, a space between them.
  init(_ list: [String]) {
    var phrases: [String: [Phrase]] = [:]
    for (place, text) in list.enumerated() {
      let words = text.split(separator: " ").map(String.init)
      guard let first = words.first else { continue }
      phrases[first, default: []].append(
        Phrase(place: place, text: text, rest: Array(words.dropFirst())))
    }
    self.phrases = phrases
  }

  /// The phrases whose words follow each other in one sentence, in the order of
  /// the list; nil if there are none.
  func found(in text: FlaggedText) -> [String]? {
    var found: [Int: String] = [:]
    for sentence in text.sentences {
      for (place, word) in sentence.enumerated() {
        for phrase in phrases[word] ?? []
        where sentence[(place + 1)...].starts(with: phrase.rest) {
          found[phrase.place] = phrase.text
        }
      }
    }
    return found.isEmpty ? nil : found.sorted { $0.key < $1.key }.map(\.value)
  }
}

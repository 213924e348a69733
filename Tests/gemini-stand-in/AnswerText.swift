/// The words of an answer, chosen by digest: the same request is always
/// answered alike, and different questions differently.
enum AnswerText {
  private static let findings = [
    "The finding is visible in the central part of the image",
    "The contours of the structure in question are well defined",
    "The signal differs clearly from that of the surrounding tissue",
    "The relevant region shows the expected symmetry",
    "The picture shows the typical distribution of densities",
    "The margins can be followed over their whole length",
  ]
  private static let reasons = [
    "which is what the question asks about",
    "and nothing else in the picture speaks against it",
    "as the comparison of both sides shows",
    "which fits the plane and the kind of the image",
    "and this is the usual sign for it",
  ]
  private static let ends = [
    "Therefore the reference answer is supported.",
    "This supports the reference answer.",
    "So the reference answer is right.",
    "Hence the answer given above.",
  ]

  static func explanation(_ digest: Digest) -> String {
    let finding = findings[digest.pick(findings.count, for: 1)]
    let reason = reasons[digest.pick(reasons.count, for: 2)]
    return "\(finding), \(reason). \(ends[digest.pick(ends.count, for: 3)])"
  }

  /// The pattern that prompts ask for: `<Reference Answer>. Explanation: …`.
  static func full(reference: String, _ digest: Digest) -> String {
    let stop = reference.hasSuffix(".") ? "" : "."
    return "\(reference)\(stop) Explanation: \(explanation(digest))"
  }

  /// An answer of a word or two, to a question whose reference is not shown.
  static func brief(_ digest: Digest) -> String {
    ["Yes", "No", "cannot tell", "left lung", "2"][digest.pick(5, for: 4)]
  }

  /// The answer to a prompt without a schema.
  static func plain(_ prompt: Prompt, _ digest: Digest) -> String {
    if prompt.reference == nil, prompt.text.contains("Give only the answer") {
      return brief(digest)
    }
    guard let reference = prompt.reference else { return explanation(digest) }
    return full(reference: reference, digest)
  }
}

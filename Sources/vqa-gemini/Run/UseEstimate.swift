/// What requests use, estimated from their input and from the replies so far.
struct UseEstimate {
  /// Output tokens of one answer, thoughts included, before any has come.
  static let firstOutput = 400

  private var replies = 0
  private var outputSum = 0.0
  /// The most output tokens of one answer so far.
  private var mostOutput = 0.0
  /// The most by which input was underestimated so far, as a factor.
  private var inputFactor = 1.0

  /// Whether anything is known of this run's replies.
  var isInformed: Bool { replies > 0 }
  /// Output tokens of one answer to be expected.
  var meanOutput: Double { replies > 0 ? outputSum / Double(replies) : Double(Self.firstOutput) }

  /// Records what a request of `tokens` estimated input tokens has used.
  mutating func record(_ usage: Usage, tokens: Int, questions: Int) {
    let output = Double(usage.output + usage.thoughts) / Double(max(1, questions))
    replies += 1
    outputSum += output
    mostOutput = max(mostOutput, output)
    if tokens > 0, usage.prompt > 0 {
      inputFactor = min(10, max(inputFactor, Double(usage.prompt) / Double(tokens)))
    }
  }

  /// What a request will have used, as is to be expected.
  func expected(tokens: Int, questions: Int, price: Budget.Price?) -> Budget.Amount {
    amount(1, Double(tokens), Double(questions) * meanOutput, price)
  }

  /// What requests will have used together, rather too much than too little.
  func atMost(
    requests: Int, tokens: Int, questions: Int, price: Budget.Price?
  ) -> Budget.Amount {
    let output = Double(questions) * max(mostOutput, meanOutput)
    return amount(requests, Double(tokens) * inputFactor, output, price)
  }

  private func amount(
    _ requests: Int, _ input: Double, _ output: Double, _ price: Budget.Price?
  ) -> Budget.Amount {
    let (input, output) = (Int(input.rounded()), Int(output.rounded()))
    return Budget.Amount(
      requests: requests, tokens: input + output,
      cost: price?.cost(input: input, output: output) ?? 0)
  }
}

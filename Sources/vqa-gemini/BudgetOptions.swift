import ArgumentParser
import Shared

/// What a run may cost, and what it would.
struct BudgetOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Stop after so many requests, with status 75.", valueName: "number"))
  var maxRequests: Int?

  @Option(
    help: ArgumentHelp(
      "Stop when so many tokens are used, input, output and thoughts together.",
      valueName: "number"))
  var maxTokens: Int?

  @Option(help: ArgumentHelp("Stop when so much is spent, by --price.", valueName: "amount"))
  var maxCost: Double?

  @Option(
    help: ArgumentHelp(
      "Prices of a million tokens of input and of output, such as 0.75:3.75; thoughts are output.",
      valueName: "in:out"))
  var price: Budget.Price?

  @Flag(help: "Send nothing; say what the run would take. Rows pass as they are.")
  var dryRun = false

  @Option(
    help: ArgumentHelp(
      "With --dry-run: write the requests to this file, as JSON Lines for the Batch API.",
      valueName: "file"), completion: .file(extensions: ["jsonl"]), transform: fileName)
  var requests: String?

  mutating func validate() throws {
    for (name, value) in [("requests", maxRequests), ("tokens", maxTokens)] where value ?? 1 < 1 {
      throw ValidationError("--max-\(name) must be 1 or more.")
    }
    if requests != nil, !dryRun { throw ValidationError("--requests needs --dry-run.") }
    guard let maxCost else { return }
    guard price != nil else { throw ValidationError("--max-cost needs --price.") }
    guard maxCost > 0, maxCost.isFinite else {
      throw ValidationError("--max-cost must be above 0.")
    }
  }

  var budget: Budget {
    Budget(requests: maxRequests, tokens: maxTokens, cost: maxCost, price: price)
  }
}

extension Budget.Price: ExpressibleByArgument {
  init?(argument: String) {
    let numbers = argument.split(separator: ":", omittingEmptySubsequences: false).map {
      Double($0)
    }
    guard numbers.count == 2, let input = numbers[0], let output = numbers[1],
      (0...Self.maximum).contains(input), (0...Self.maximum).contains(output)
    else { return nil }
    self.init(input: input, output: output)
  }
}

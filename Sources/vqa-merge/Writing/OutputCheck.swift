import Shared

/// Refuses outputs that would destroy one another, or an input that is still
/// needed, however they are named.
struct OutputCheck {
  /// A name on the command line and what it stands for; nil for stdin or
  /// stdout.
  struct Name {
    let option: String
    let path: String?
  }

  /// What is wrong, for the user; nil if nothing.
  static func problem(_ options: MergeOptions) -> String? {
    var seen: [FileTarget.Key: Name] = [:]
    for output in outputs(options) {
      let target = target(of: output, standard: 1)
      if target.isCharacterDevice { continue }
      if let other = seen[target.key] {
        return "\(other.option) and \(output.option) name the same output: "
          + (output.path ?? other.path ?? "<stdout>")
      }
      seen[target.key] = output
    }
    for input in inputs(options) {
      let target = target(of: input, standard: 0)
      guard target.isRegularFile, let output = seen[target.key] else { continue }
      let isReplaced =
        input.option == "--into"
        ? output.option == "--into" : input.option.isEmpty && output.option == "--failed"
      if !isReplaced {
        return "\(output.option) would overwrite an input: \(input.path ?? "<stdin>")"
      }
    }
    return nil
  }

  private static func outputs(_ options: MergeOptions) -> [Name] {
    var result = Name(option: "--output", path: options.output)
    if options.output == nil, let into = options.into {
      result = Name(option: "--into", path: into)
    } else if let into = options.into, let output = options.output, output != "-",
      FileTarget(into).key == FileTarget(output).key
    {
      result = Name(option: "--into", path: output)
    }
    var outputs = [result]
    if let path = options.failed { outputs.append(Name(option: "--failed", path: path)) }
    if let path = options.stats, path != "-" {
      outputs.append(Name(option: "--stats", path: path))
    }
    if let path = options.flags { outputs.append(Name(option: "--flags", path: path)) }
    if let path = options.card { outputs.append(Name(option: "--card", path: path)) }
    if options.format == .sharegpt, let path = options.output, path != "-" {
      outputs.append(
        Name(option: "--format sharegpt", path: DatasetInfo.path(beside: path)))
    }
    return outputs
  }

  private static func inputs(_ options: MergeOptions) -> [Name] {
    let operands = options.operands.isEmpty ? ["-"] : options.operands
    var inputs = operands.map { Name(option: "", path: $0 == "-" ? nil : $0) }
    if let into = options.into { inputs.append(Name(option: "--into", path: into)) }
    if let prompt = options.prompt { inputs.append(Name(option: "--prompt", path: prompt)) }
    return inputs + options.reviews.map { Name(option: "--reviews", path: $0) }
  }

  private static func target(of name: Name, standard: Int32) -> FileTarget {
    guard let path = name.path, path != "-" else { return FileTarget("/dev/fd/\(standard)") }
    return FileTarget(path)
  }
}

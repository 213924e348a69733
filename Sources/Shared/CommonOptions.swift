public import ArgumentParser

/// The options that all four tools have, spelled the same.
public struct CommonOptions: ParsableArguments {
  /// When the progress line is drawn.
  public enum ProgressMode: String, ExpressibleByArgument, CaseIterable, Sendable {
    case auto, always, never
  }

  /// `--progress`
  @Option(
    help: ArgumentHelp(
      "Draw a progress line on stderr: auto (on a terminal), always or never.", valueName: "when"))
  public var progress: ProgressMode = .auto

  /// `--quiet`
  @Flag(name: .shortAndLong, help: "No progress line and no summary; failures are still reported.")
  public var quiet = false

  /// The defaults.
  public init() {}
}

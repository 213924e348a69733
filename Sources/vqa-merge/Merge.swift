import ArgumentParser

@main
struct Merge: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "vqa-merge")
}

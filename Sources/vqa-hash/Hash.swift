import ArgumentParser

@main
struct Hash: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "vqa-hash")
}

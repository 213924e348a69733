import ArgumentParser

@main
struct Gemini: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "vqa-gemini")
}

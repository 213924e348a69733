import ArgumentParser

/// The `transform` of every option and operand that names a file or folder: a
/// usage error for an empty name, which is what an unset variable of a script
/// makes (`-o "$result"`). SQLite takes it for a database that nobody sees
/// again, the system for the working directory or for nothing.
@Sendable public func fileName(_ argument: String) throws -> String {
  guard !argument.isEmpty else { throw ValidationError("a name is needed") }
  return argument
}

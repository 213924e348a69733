/// The version of all four tools, which `--version` prints.
public let toolkitVersion = "0.1.0"

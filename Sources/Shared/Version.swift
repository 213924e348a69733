/// The version of all four tools, which `--version` prints.
public let toolkitVersion = "0.2.0"

import Foundation
import Testing

@testable import gemini_stand_in

@Suite struct FaultNameTests {
  /// README.md is where people look for a fault's name.
  @Test func theReadmeListsEveryFault() throws {
    let readme = try String(contentsOfFile: here("../gemini-stand-in/README.md"), encoding: .utf8)
    let names =
      Array(FaultTables.refusals.keys) + FaultTables.answers.keys + FaultTables.replies.keys
      + StructuredAnswer.Slip.allCases.map(\.rawValue) + BatchFault.allCases.map(\.rawValue)
      + HostileFaults.refusals.keys + HostileFaults.answers.keys + HostileFaults.replies.keys
      + ["delay", "drip", "giant", "block-REASON", "finish-REASON", "status-NNN"]
    for name in names {
      let isListed = readme.contains("`\(name)`") || readme.contains("`\(name) ")
      #expect(isListed, "\(name) is not in README.md")
    }
  }

  @Test func harmlessFaultsExist() throws {
    for name in FaultTables.harmless {
      #expect(throws: Never.self) { try Fault(named: name, Directive("")) }
    }
  }
}

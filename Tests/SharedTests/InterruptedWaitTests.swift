import Foundation
import Testing

@testable import Shared

/// Waits and the signals that are to end them, each in a process of its own,
/// which a wait that does not hear one leaves to the alarm.
@Suite(.timeLimit(.minutes(15)))
struct InterruptedWaitTests {
  @Test func aSignalBeforeAWaitEndsIt() async {
    await #expect(processExitsWith: .success) {
      alarm(60)
      try Interrupt.install()
      raise(SIGINT)
      #expect(!Interrupt.sleep(3_600))
      #expect(!Interrupt.waitForInput(try Pipe.make().read))
      #expect(Interrupt.requested == SIGINT)
    }
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func aSignalInAWaitEndsIt(signal: Int32) async {
    await #expect(processExitsWith: .success) { [signal] in
      alarm(60)
      try Interrupt.install()
      let sender = try Shared.Thread {
        usleep(100_000)
        kill(getpid(), signal)
      }
      #expect(!Interrupt.sleep(3_600))
      #expect(Interrupt.requested == signal)
      sender.join()
    }
  }

  /// Such as one of a timer, or `SIGCONT`.
  @Test func anotherSignalDoesNot() async {
    await #expect(processExitsWith: .success) {
      try Interrupt.install()
      signal(SIGALRM) { _ in }
      alarm(1)
      let start = Monotonic.seconds()
      #expect(Interrupt.sleep(1.5))
      #expect(Monotonic.seconds() - start >= 1.5)
    }
  }
}

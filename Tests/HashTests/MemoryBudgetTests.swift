import Shared
import Synchronization
import Testing

@testable import vqa_hash

/// Pictures in work wait for each other, and never for ever.
@Suite struct MemoryBudgetTests {
  /// The most that was held at a time.
  private final class Meter: Sendable {
    private let state = Mutex((now: 0, peak: 0))

    func add(_ bytes: Int) {
      state.withLock {
        $0.now += bytes
        $0.peak = max($0.peak, $0.now)
      }
    }

    var peak: Int { state.withLock { $0.peak } }
  }

  /// Each takes its file and then its pixels, so that all hold a part while
  /// they wait for the rest.
  @Test(.timeLimit(.minutes(15)), arguments: [(10, 40), (60, 90), (100, 900)])
  func oneBeyondTheLimitAtMost(file: Int, pixels: Int) throws {
    let (budget, meter) = (MemoryBudget(limit: 100), Meter())
    // Reserved in their order, so that no later one is the first for a moment.
    let next = Mutex(0)
    let threads = try (0..<8).map { _ in
      try Thread {
        for _ in 0..<50 {
          var memory = next.withLock { number in
            number += 1
            return budget.reservation(number)
          }
          for bytes in [file, pixels] {
            guard memory.grow(by: bytes, isCancelled: { false }) else { return }
            meter.add(bytes)
          }
          meter.add(-file - pixels)
        }
      }
    }
    for thread in threads { thread.join() }
    #expect(meter.peak <= 100 + file + pixels)
    #expect(meter.peak >= file + pixels)
  }

  @Test(.timeLimit(.minutes(15)))
  func aWaitCanBeGivenUp() {
    let budget = MemoryBudget(limit: 100)
    var first = budget.reservation(1)
    var second = budget.reservation(2)
    let hasFirst = first.grow(by: 100, isCancelled: { false })
    let asked = Atomic(0)
    let waited = second.grow(by: 1) { asked.add(1, ordering: .relaxed).newValue > 2 }
    first.shrink(to: 50)
    let hasSecond = second.grow(by: 50, isCancelled: { true })
    #expect(hasFirst && !waited && hasSecond)
  }
}

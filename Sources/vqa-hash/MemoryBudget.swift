import Shared

/// What pictures in work may take together. One that does not fit waits for
/// others to end; the first in the input always goes on, so that a picture
/// larger than the whole budget is done too, and nobody waits for ever. What
/// is held is at most the limit and that one picture, as long as reservations
/// come in the order of the input; one that comes late is the first as well.
final class MemoryBudget: Sendable {
  private struct State {
    var used = 0
    /// The numbers of the reservations that are held.
    var holders: Set<Int> = []
  }

  private let state = Monitor(State())
  private let limit: Int

  /// - Parameter limit: in bytes.
  init(limit: Int) { self.limit = limit }

  /// One picture's part of the budget, given back with its end.
  struct Reservation: ~Copyable {
    private let budget: MemoryBudget
    private let number: Int
    private(set) var bytes = 0

    fileprivate init(_ budget: MemoryBudget, _ number: Int) {
      self.budget = budget
      self.number = number
      budget.state.change { _ = $0.holders.insert(number) }
    }

    deinit { budget.release(number, bytes) }

    /// Takes more, and waits until there is so much.
    ///
    /// - Returns: false if `isCancelled` ended the wait.
    mutating func grow(by count: Int, isCancelled: () -> Bool) -> Bool {
      guard budget.take(number, count, isCancelled) else { return false }
      bytes += count
      return true
    }

    /// Gives a part back.
    mutating func shrink(to count: Int) {
      guard count < bytes else { return }
      let rest = bytes - count
      budget.state.change { $0.used -= rest }
      bytes = count
    }
  }

  /// A reservation of nothing, to be grown.
  ///
  /// - Parameter number: of the picture in the input, one for each reservation
  ///   that is held.
  func reservation(_ number: Int) -> Reservation { Reservation(self, number) }

  private func take(_ number: Int, _ count: Int, _ isCancelled: () -> Bool) -> Bool {
    state.wait(askingEvery: 0.1) { state in
      if state.used + count <= limit || state.holders.min() == number {
        state.used += count
        return true
      }
      return isCancelled() ? false : nil
    }
  }

  private func release(_ number: Int, _ bytes: Int) {
    state.change {
      $0.used -= bytes
      $0.holders.remove(number)
    }
  }
}

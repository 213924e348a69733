import Images
import Shared

/// The order in which pictures are saved: of those whose pixels have one hash
/// the first in the input is saved first, whichever was decoded first, so that
/// rows and files do not depend on the number of threads.
///
/// A picture is looked up in the store only when all before it have told their
/// hashes and none of them with the same hash is still in work. One that waits
/// gives its place to another picture, so that cores are never idle.
final class SaveOrder: Sendable {
  private struct State {
    /// How many pictures more may be worked on at a time.
    var places: Int
    /// The hashes of pictures in work by their number in the input; nil before
    /// they are decoded.
    var hashes: [Int: String?] = [:]

    func isTurn(of number: Int, _ hash: String?) -> Bool {
      hashes.allSatisfy { other, known in
        other >= number || (known != nil && hash != nil && known != hash)
      }
    }
  }

  private let state: Monitor<State>

  /// - Parameter places: how many pictures are worked on at a time.
  init(places: Int) { state = Monitor(State(places: places)) }

  /// Adds a picture; to be called in the order of the input.
  func add(_ number: Int) { state.change { $0.hashes[number] = .some(nil) } }

  /// Waits for a place to work in. Every call is followed by `end`.
  func begin() {
    state.wait { state -> Void? in
      guard state.places > 0 else { return nil }
      state.places -= 1
      return ()
    }
  }

  /// Waits until the picture may be saved.
  ///
  /// - Parameter hash: of its pixels; nil to wait for all before it to end.
  /// - Returns: false if `isCancelled` ended the wait.
  func waitForTurn(
    of number: Int, _ hash: String?, isCancelled: CancellationCheck
  ) -> Bool {
    let isNext = state.change {
      $0.hashes[number] = .some(hash)
      if $0.isTurn(of: number, hash) { return true }
      $0.places += 1
      return false
    }
    return isNext
      || state.wait(askingEvery: 0.1) { state -> Bool? in
        let isCancelled = isCancelled()
        let isNext = state.places > 0 && state.isTurn(of: number, hash)
        guard isCancelled || isNext else { return nil }
        state.places -= 1
        return !isCancelled
      }
  }

  /// The picture is saved, or has failed.
  func end(_ number: Int) {
    state.change {
      $0.places += 1
      $0.hashes[number] = nil
    }
  }

  /// The picture will not be begun.
  func remove(_ number: Int) { state.change { $0.hashes[number] = nil } }
}

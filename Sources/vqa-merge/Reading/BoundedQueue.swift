import Glibc

/// Hands values from one thread to another in their order, a few at a time:
/// the one that is ahead waits.
///
/// `@unchecked Sendable`: the stored values are touched with `lock` held.
@safe final class BoundedQueue<Value: Sendable>: @unchecked Sendable {
  private let capacity: Int
  private var values: [Value] = []
  /// No more values will be put.
  private var isFinished = false
  /// Nobody will take any more.
  private var isAbandoned = false
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  /// Signalled at every change; each side has at most one thread.
  private let change = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  /// - Parameter capacity: of values that wait between the threads.
  init(capacity: Int) {
    self.capacity = capacity
    unsafe pthread_mutex_init(lock, nil)
    unsafe pthread_cond_init(change, nil)
  }

  deinit {
    unsafe pthread_cond_destroy(change)
    unsafe pthread_mutex_destroy(lock)
    unsafe change.deallocate()
    unsafe lock.deallocate()
  }

  /// Puts a value, waiting for room; false if nobody will take it.
  func put(_ value: Value) -> Bool {
    unsafe pthread_mutex_lock(lock)
    defer { unsafe pthread_mutex_unlock(lock) }
    while values.count == capacity, !isAbandoned { unsafe pthread_cond_wait(change, lock) }
    guard !isAbandoned else { return false }
    values.append(value)
    unsafe pthread_cond_signal(change)
    return true
  }

  /// Takes the next value, waiting for it; nil if there are no more.
  func take() -> Value? {
    unsafe pthread_mutex_lock(lock)
    defer { unsafe pthread_mutex_unlock(lock) }
    while values.isEmpty, !isFinished { unsafe pthread_cond_wait(change, lock) }
    guard !values.isEmpty else { return nil }
    unsafe pthread_cond_signal(change)
    return values.removeFirst()
  }

  /// Says that no more values will be put.
  func finish() { set { isFinished = true } }

  /// Says that no more values will be taken.
  func abandon() { set { isAbandoned = true } }

  private func set(_ body: () -> Void) {
    unsafe pthread_mutex_lock(lock)
    body()
    unsafe pthread_cond_signal(change)
    unsafe pthread_mutex_unlock(lock)
  }
}

import Glibc

/// A value behind a lock, with a condition to wait for.
///
/// `@unchecked Sendable`: the value is touched with `mutex` held alone.
@safe public final class Monitor<Value>: @unchecked Sendable {
  private var value: Value
  // The C library keeps the addresses of both.
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  /// Starts with a value.
  public init(_ value: Value) {
    self.value = value
    var attributes = pthread_condattr_t()
    unsafe pthread_condattr_init(&attributes)
    unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(condition, &attributes)
    unsafe pthread_condattr_destroy(&attributes)
  }

  deinit {
    unsafe pthread_cond_destroy(condition)
    unsafe pthread_mutex_destroy(mutex)
    unsafe condition.deallocate()
    unsafe mutex.deallocate()
  }

  /// Changes the value; those who wait look at it again.
  public func change<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
    unsafe pthread_mutex_lock(mutex)
    defer {
      unsafe pthread_cond_broadcast(condition)
      unsafe pthread_mutex_unlock(mutex)
    }
    return try body(&value)
  }

  /// Waits until `body` gives something.
  ///
  /// - Parameter seconds: after which `body` is asked again although nothing
  ///   has changed; nil for never.
  public func wait<Result>(
    askingEvery seconds: Double? = nil, for body: (inout Value) -> Result?
  ) -> Result {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while true {
      if let result = body(&value) { return result }
      guard let seconds else {
        unsafe pthread_cond_wait(condition, mutex)
        continue
      }
      let end = Monotonic.nanoseconds() + UInt64(seconds * 1e9)
      var time = timespec(tv_sec: Int(end / 1_000_000_000), tv_nsec: Int(end % 1_000_000_000))
      _ = unsafe pthread_cond_timedwait(condition, mutex, &time)
    }
  }
}

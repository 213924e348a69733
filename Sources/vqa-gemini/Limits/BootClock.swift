import Glibc

/// The clock by which rate limits are counted: seconds since the machine
/// booted, time asleep included. Nobody can set it, and it is the same for all
/// processes.
enum BootClock {
  /// `CLOCK_BOOTTIME` in seconds.
  static func now() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_BOOTTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// The wall clock, which can be wrong and be set: seconds since 1970.
  static func wallTime() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// What tells this boot of the machine from others; empty where the kernel
  /// does not say.
  static func bootID() -> String {
    let descriptor = unsafe open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 64)
    let count = unsafe read(descriptor, &buffer, buffer.count)
    return String(decoding: buffer.prefix(max(0, count)).filter { $0 > 0x20 }, as: UTF8.self)
  }
}

internal import CCurl
internal import CEpoll
import Glibc

/// The sockets that libcurl has open and the moment at which it wants to be
/// called, both as it tells them through its callbacks. A class, since libcurl
/// keeps its address.
@safe final class SocketWatch {
  /// Something that libcurl is to be told.
  struct Event {
    /// `CURL_SOCKET_TIMEOUT` if its moment has come.
    var socket: curl_socket_t
    /// Of `CURL_CSELECT_IN`, `_OUT` and `_ERR`.
    var kinds: Int32
  }

  private let epoll: Int32
  /// The sockets that the system watches, as far as libcurl has told.
  private var watched: Set<Int32> = []
  /// Nanoseconds of the clock that only goes forward.
  private var deadline: UInt64?
  private var buffer = unsafe [epoll_event](repeating: epoll_event(), count: 256)

  init() throws(TransportError) {
    epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard epoll >= 0 else {
      let cause = unsafe String(cString: strerror(errno))
      throw TransportError(.configuration, "cannot wait for sockets: \(cause)")
    }
  }

  deinit { close(epoll) }

  /// Has a multi handle tell this watch of its sockets. The watch must outlive it.
  func serve(_ multi: UnsafeMutableRawPointer) throws(TransportError) {
    let this = unsafe Unmanaged.passUnretained(self).toOpaque()
    let codes = unsafe [
      vqa_curl_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, this),
      vqa_curl_multi_set_pointer(multi, CURLMOPT_TIMERDATA, this),
      vqa_curl_multi_set_socket(multi) { easy, socket, what, context, _ in
        unsafe SocketWatch.from(context).watch(socket, what)
        if what != CURL_POLL_REMOVE { unsafe Transfer.of(easy)?.socket = socket }
        return 0
      },
      vqa_curl_multi_set_timer(multi) { _, milliseconds, context in
        unsafe SocketWatch.from(context).setTimer(milliseconds)
        return 0
      },
    ]
    for code in codes where code != CURLM_OK { throw TransportError(multi: code) }
  }

  /// Readable when one of the sockets is ready.
  var descriptor: Int32 { epoll }

  /// When libcurl wants to be called, in seconds of the same clock.
  var deadlineSeconds: Double? { deadline.map { Double($0) / 1e9 } }

  /// What libcurl wants to be told now, without waiting: that its time has come.
  func due() -> [Event] {
    guard let time = deadline, time <= Self.now() else { return [] }
    deadline = nil
    return [Event(socket: CURL_SOCKET_TIMEOUT, kinds: 0)]
  }

  /// Waits until a socket is ready, until `deadline`, until one of
  /// `descriptors` can be read or until `milliseconds` have passed.
  ///
  /// - Returns: whether one of `descriptors` can be read, or has ended.
  func wait(
    alsoReading descriptors: [Int32], milliseconds: Int, orUntil deadline: Double?
  ) -> Bool {
    var entries = ([epoll] + descriptors).map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    var limit = max(0, milliseconds)
    // Rounded up, so that the last millisecond is not spent in a loop.
    if let deadline {
      limit = min(limit, Int((max(0, deadline - Self.seconds()) * 1000).rounded(.up)))
    }
    // A signal ends the waiting early, as for any caller of poll.
    let count = unsafe poll(&entries, nfds_t(entries.count), Int32(clamping: limit))
    return count > 0 && entries.dropFirst().contains { $0.revents != 0 }
  }

  /// What has happened on the sockets, without waiting.
  func ready() -> [Event] {
    let count = unsafe epoll_wait(epoll, &buffer, Int32(buffer.count), 0)
    return unsafe buffer.prefix(max(0, Int(count))).map { event in
      let seen = unsafe event.events
      var kinds: Int32 = 0
      if seen & EPOLLIN.rawValue != 0 { kinds |= CURL_CSELECT_IN }
      if seen & EPOLLOUT.rawValue != 0 { kinds |= CURL_CSELECT_OUT }
      if seen & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 { kinds |= CURL_CSELECT_ERR }
      return unsafe Event(socket: event.data.fd, kinds: kinds)
    }
  }

  private static func from(_ context: UnsafeMutableRawPointer?) -> SocketWatch {
    unsafe object(behind: context)
  }

  /// CURLMOPT_SOCKETFUNCTION: what libcurl waits for on a socket.
  private func watch(_ socket: curl_socket_t, _ what: Int32) {
    guard what != CURL_POLL_REMOVE else {
      watched.remove(socket)
      _ = epoll_ctl(epoll, EPOLL_CTL_DEL, socket, nil)
      return
    }
    var event = unsafe epoll_event()
    unsafe event.data.fd = socket
    if what != CURL_POLL_OUT { unsafe event.events |= EPOLLIN.rawValue }
    if what != CURL_POLL_IN { unsafe event.events |= EPOLLOUT.rawValue }
    // One that was closed is watched no more, and its number may be used again.
    let isNew = watched.insert(socket).inserted
    let (likely, other) = isNew ? (EPOLL_CTL_ADD, EPOLL_CTL_MOD) : (EPOLL_CTL_MOD, EPOLL_CTL_ADD)
    if unsafe epoll_ctl(epoll, likely, socket, &event) != 0 {
      _ = unsafe epoll_ctl(epoll, other, socket, &event)
    }
  }

  /// CURLMOPT_TIMERFUNCTION: when libcurl wants to be called; -1 for never.
  private func setTimer(_ milliseconds: Int) {
    deadline = milliseconds < 0 ? nil : Self.now() + UInt64(milliseconds) * 1_000_000
  }

  /// `CLOCK_MONOTONIC`.
  static func seconds() -> Double { Double(now()) / 1e9 }

  private static func now() -> UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}

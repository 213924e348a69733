import Foundation
import Synchronization

@testable import Shared

/// A worker that adds each row's number as its `image_hash`.
struct FakeWorker: RowWorker, ~Copyable {
  /// In which order rows in hand are finished.
  enum Order: CaseIterable, Sendable { case first, last, shuffled }
  /// Which call throws.
  enum Fault: Sendable { case begin, step }

  struct Plan: Sendable {
    var capacity: Int
    var order = Order.first
    /// Finishes rows only when it is full, or when no more come.
    var isPatient = false
    var fault: Fault?
    /// The row at which it strikes.
    var faultAt = 0
    /// A signal that comes while the loop makes ready to wait for the first time.
    var signalBeforeWait: Int32?
  }

  struct Broken: Error, CustomStringConvertible { let description = "broken" }

  /// What happened, for threads that look on.
  final class Log: Sendable {
    struct State {
      var begun = 0
      var finished = 0
      var stops: [StopReason] = []
      var bytesRead = 0
      var bytesTaken = 0
      var mostAhead = 0
    }
    let state = Monitor(State())
    var begun: Int { state.change { $0.begun } }
    var finished: Int { state.change { $0.finished } }
    var stops: [StopReason] { state.change { $0.stops } }
    var mostAhead: Int { state.change { $0.mostAhead } }

    /// The loop has a line.
    func read(_ bytes: Int) {
      state.change {
        $0.bytesRead += bytes
        $0.mostAhead = max($0.mostAhead, $0.bytesRead - $0.bytesTaken)
      }
    }
  }

  let ownKeys: [RowKey] = [.imageHash]
  let plan: Plan
  let log: Log
  private var inHand: [Int] = []
  private var numbers: [Int: Int] = [:]
  private var hasEnded = false
  private var isFull = false
  private var failure: Broken?

  init(plan: Plan, log: Log) {
    self.plan = plan
    self.log = log
  }

  mutating func isDone(_ row: borrowing RowView) -> Bool {
    log.read(row.text.count + 1)
    return row.range(of: .imageHash) != nil
  }

  var hasCapacity: Bool { inHand.count < plan.capacity }

  mutating func begin(_ row: Row, ticket: Int) throws {
    let number = log.state.change {
      $0.begun += 1
      return $0.begun - 1
    }
    if plan.fault == .begin, number == plan.faultAt { throw Broken() }
    inHand.append(ticket)
    numbers[ticket] = number
  }

  mutating func endOfInput() { hasEnded = true }

  mutating func stop(_ reason: StopReason) {
    hasEnded = true
    log.state.change { $0.stops.append(reason) }
  }

  var descriptors: [Int32] { [] }

  func deadline(now: Double) -> Double? {
    if let signal = plan.signalBeforeWait, Interrupt.requested == nil {
      raise(signal)
    }
    return inHand.isEmpty ? nil : now
  }

  mutating func step(
    now: Double, isInputPaused: Bool
  ) throws -> [(ticket: Int, outcome: RowOutcome)] {
    if let failure { throw failure }
    if plan.isPatient, !isInputPaused, !hasEnded { return [] }
    guard !inHand.isEmpty else { return [] }
    let index =
      switch plan.order {
      case .first: 0
      case .last: inHand.count - 1
      case .shuffled: Int.random(in: inHand.indices)
      }
    let ticket = inHand.remove(at: index)
    let number = numbers.removeValue(forKey: ticket) ?? -1
    if plan.fault == .step, number == plan.faultAt { throw Broken() }
    log.state.change { $0.finished += 1 }
    return [(ticket, .done(Array("\"image_hash\":\"\(number)\"".utf8)))]
  }
}

/// Who reads what the loop writes, on a thread of its own.
final class Reader: Sendable {
  private let descriptor: Int32
  private let log: FakeWorker.Log
  private let text = Monitor<[UInt8]>([])
  private let isOpen = Monitor(true)
  let isFinished = DispatchSemaphore(value: 0)

  init(descriptor: Int32, log: FakeWorker.Log) {
    self.descriptor = descriptor
    self.log = log
  }

  /// The lines that it has taken.
  var lines: [String] {
    text.change { String(decoding: $0, as: UTF8.self) }
      .split(separator: "\n").map(String.init)
  }

  /// Reads up to `count` bytes; false at the end.
  @discardableResult
  func take(_ count: Int) -> Bool {
    var bytes = [UInt8](repeating: 0, count: count)
    let read = unsafe Glibc.read(descriptor, &bytes, count)
    guard read > 0 else { return false }
    text.change { $0 += bytes[..<read] }
    log.state.change { $0.bytesTaken += read }
    return true
  }

  func takeAll() { while take(1 << 16) {} }

  func takeSlowly() {
    while take(8_192) { usleep(100) }
  }

  func leave() {
    isOpen.change { isOpen in
      if isOpen { close(descriptor) }
      isOpen = false
    }
  }

  func finish() {
    leave()
    isFinished.signal()
  }
}

extension Pipe {
  static func make() throws -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { throw SystemError() }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }
}

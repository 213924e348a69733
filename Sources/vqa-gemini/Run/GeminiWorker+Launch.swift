import HTTP
import Shared

extension GeminiWorker {
  /// Sends what there is room for: in flight, in the quota, in the budget.
  mutating func launch(now: Double) throws(ToolError) {
    queue.advance(to: now)
    while stop == nil, let next = queue.first, flights.count < options.jobs {
      if let reason = options.budget.exhaustion(requests: totals.requests, usage: totals.usage) {
        halt(.early(reason))
        return
      }
      guard overload.admits(flights: flights.count, now: now),
        case .granted(let permit) = try limiter.permit(for: next.tokens, now: now)
      else { break }
      guard let ask = queue.popFirst() else { break }
      send(ask, permit, now: now)
    }
    stopIfHopeless(now)
  }

  private mutating func send(_ ask: Ask, _ permit: Permit, now: Double) {
    var ask = ask
    ask.attempts += 1
    let body: [[UInt8]]
    do throws(RowFailure) {
      body = try writer.pieces(ask)
    } catch {
      limiter.returned(permit, now: now)
      fail(ask, error)
      return
    }
    let request = Request(
      url: options.url,
      headers: ["Content-Type: application/json", "x-goog-api-key: \(permit.key.secret)"],
      body: body)
    do throws(TransportError) {
      let id = try client.start(request)
      totals.requests += 1
      flights[id] = Flight(ask: ask, permit: permit)
    } catch {
      limiter.returned(permit, now: now)
      fail(ask, RowFailure(.transport, error.message))
      halt(.hopeless(error.message))
    }
  }

  /// Ends the run when nothing is in flight and nothing may be sent any more.
  private mutating func stopIfHopeless(_ now: Double) {
    guard stop == nil, flights.isEmpty, queue.count > 0 else { return }
    switch limiter.availability(for: queue.first?.tokens ?? 0, now: now) {
    case .at: return
    case .nextDay:
      halt(
        .early("the requests of this day are used up; the next day begins at midnight Pacific time")
      )
    case .never:
      let reason = limiter.lastRejection
      halt(limiter.lacksModel ? .hopeless(reason) : .early("no usable key is left: \(reason)"))
    }
  }

  /// Seconds until something is due although nothing arrives.
  func patience(now: Double) -> Double {
    var time = Double.infinity
    if let due = queue.nextDue { time = min(time, due) }
    if let graceEnd { time = min(time, graceEnd) }
    if let due = limiter.deadline(now: now) { time = min(time, due) }
    if let next = queue.first, flights.count < options.jobs {
      time = min(
        time, max(overload.until, nextRoom(for: next.tokens, now: now), limiter.lockWait.retryAt))
    }
    return max(0, time - now)
  }

  private func nextRoom(for tokens: Int, now: Double) -> Double {
    if case .at(let time) = limiter.availability(for: tokens, now: now) { return time }
    return .infinity
  }
}

/// The service has no room for the model, whoever asks: all wait together, and
/// then one goes first.
struct Overload {
  private(set) var until = 0.0
  private var failures = 0
  private var lastTime = 0.0

  /// Whether a request may leave.
  func admits(flights: Int, now: Double) -> Bool {
    now >= until && (failures == 0 || flights == 0)
  }

  /// A request that left at `started` met it.
  mutating func note(started: Double, now: Double, using random: inout some RandomNumberGenerator) {
    // All that were in flight together count as one failure.
    guard started >= lastTime else { return }
    failures += 1
    lastTime = now
    until = now + Backoff().delay(attempt: failures, using: &random)
  }

  /// A request was answered.
  mutating func clear() { failures = 0 }
}

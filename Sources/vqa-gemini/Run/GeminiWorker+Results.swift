import HTTP
import Shared

/// What comes back from the network.
extension GeminiWorker {
  /// Removes a request from those in flight.
  mutating func takeTransfer(_ transferID: Int) -> Transfer? {
    guard let transfer = transfers.removeValue(forKey: transferID) else { return nil }
    transferIDs[transfer.id] = nil
    if transfer.isLarge { largeTransfers -= 1 }
    return transfer
  }

  /// The last byte of a request was acknowledged, and from then it counts. A large
  /// one, and what may wait behind it, counts from its reply.
  mutating func recordSent(_ transferID: Int, now: Double) {
    guard largeTransfers == 0, var transfer = transfers[transferID] else { return }
    limiter.sent(&transfer.permit, at: now)
    transfers[transferID] = transfer
  }

  /// Takes the end of a request in: its reply goes to the cache, and the limiter
  /// learns what came of it.
  mutating func settle(_ completion: Client.Completion, now: Double) -> Settlement? {
    guard let transfer = takeTransfer(completion.id),
      let ask = engine.inFlight[transfer.id]?.ask
    else { return nil }
    let (id, permit) = (transfer.id, transfer.permit)
    switch completion.result {
    case .failure(let error):
      let (outcome, spending) = judge.judge(error)
      if spending.wasSent {
        limiter.failed(permit, now: now)
      } else {
        limiter.returned(permit, now: now)
      }
      return Settlement(id: id, permit: permit, outcome: outcome, spending: spending)
    case .success(let response):
      if let date = response.replyHeaders.date.flatMap(HTTPDate.seconds) {
        limiter.observe(serverDate: date, at: now)
      }
      let verdict = judge.judge(
        status: response.status, headers: response.replyHeaders, body: response.body, to: ask)
      if let (reply, questions) = verdict.reply { cache.store(reply, for: questions) }
      record(verdict, of: permit, now: now)
      return Settlement(
        id: id, permit: permit, outcome: verdict.outcome, spending: verdict.spending)
    }
  }

  /// Has the engine know of a request's end.
  mutating func report(_ settlement: Settlement) throws {
    settled = settlement.permit
    defer { settled = nil }
    try run(.ended(settlement.id, settlement.outcome, settlement.spending))
  }

  /// Gives up requests that were not sent in the time for which they count.
  mutating func giveUpExpired(now: Double) throws {
    for permit in limiter.expired(now: now) {
      guard
        let (transferID, transfer) = transfers.first(where: { $0.value.permit.id == permit.id }),
        !client.isHandedOver(transferID), takeTransfer(transferID) != nil
      else { continue }
      client.cancel(transferID)
      limiter.returned(permit, now: now)
      var spending = Spending()
      spending.wasSent = false
      let fault = Fault(.transport, "the process was stopped while the request was being sent")
      try run(.ended(transfer.id, .transient(fault), spending))
    }
  }

  /// Has the limiter know what came of a request.
  private mutating func record(_ verdict: ReplyJudge.Verdict, of permit: Permit, now: Double) {
    if verdict.spending.wasServed {
      limiter.accepted(permit, tokens: verdict.spending.usage?.prompt, now: now)
    } else if let throttle = verdict.throttle {
      limiter.throttled(permit, throttle, now: now)
    } else {
      limiter.failed(permit, now: now)
    }
  }
}

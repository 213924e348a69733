import Shared

/// Rows come in, are looked up, grouped and queued.
extension Engine {
  /// Takes a row in: as another one that asks what a row in hand asks, or to
  /// be looked up.
  mutating func take(_ ask: Ask) {
    admitRow()
    let question = ask.questions[0]
    guard followers[question.key] == nil else {
      followers[question.key]?.append(question.ticket)
      return
    }
    followers[question.key] = []
    lookUp(ask)
  }

  /// A question whose reply in the cache was not seen yet.
  mutating func lookUp(_ ask: Ask) {
    lookingUp[ask.questions[0].key] = ask
    actions.append(.lookUp(ask))
  }

  mutating func lookedUp(_ key: RequestKey, _ members: [UInt8]?) {
    guard let ask = lookingUp.removeValue(forKey: key) else { return }
    if let members {
      totals.remembered += 1 + (followers[key]?.count ?? 0)
      finish(ask, .done(members))
    } else if ask.isAnswerUseless {
      // It was looked up since another process had answered it.
      putBack(ask)
    } else if options.isPerImage, stop == nil {
      if let group = groups.add(ask) { enqueue(group) }
    } else {
      enqueue(ask)
    }
  }

  /// Has the group that came first wait no longer for others about its picture.
  mutating func enqueueGroup() {
    if let group = groups.popFirst() { enqueue(group) }
  }
}

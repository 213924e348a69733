// vqa-gemini's stored state: whatever numbers the file holds, they are in range after `clamp`, and
// states of two projects can be merged.
@testable import vqa_gemini

private let now = 1e9

/// What libFuzzer calls with each input: the numbers of two states.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  var numbers = FuzzNumbers(unsafe FuzzInput(start, count))
  let (first, second) = (state(&numbers), state(&numbers))
  var merged = first.merged(with: second)
  merged.clamp(now: now)
  check(merged)
  merged.begin(day: numbers.integer())
  return 0
}

private func state(_ numbers: inout FuzzNumbers) -> QuotaState {
  var state = QuotaState()
  state.today = day(&numbers)
  state.otherDays = [day(&numbers), day(&numbers)]
  state.proven = numbers.integer()
  state.guess = numbers.integer()
  state.guessTime = numbers.double()
  state.restsUntil = numbers.double()
  state.bareRefusals = numbers.integer()
  state.probeTime = numbers.double()
  state.refusalTime = numbers.double()
  state.clamp(now: now)
  check(state)
  return state
}

private func day(_ numbers: inout FuzzNumbers) -> QuotaState.Day {
  QuotaState.Day(
    number: numbers.integer(), requests: numbers.integer(), tokens: numbers.integer(),
    isUsedUp: numbers.integer() % 2 == 0)
}

private func check(_ state: QuotaState) {
  precondition(state.proven >= 0 && (0...16).contains(state.bareRefusals))
  precondition((0...(now + QuotaState.maximumRest)).contains(state.restsUntil))
  precondition((0...now).contains(state.refusalTime) && (0...now).contains(state.guessTime))
  for day in [state.today] + state.otherDays { precondition(day.requests >= 0 && day.tokens >= 0) }
}

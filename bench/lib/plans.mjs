// How much is measured: all of it, a short form, or only as much as shows that every candidate of ours still does
// what it should.

const full = {
  milliseconds: 160,
  // Of as many parts of these 160 ms, or so many times all of it (lib/turns.mjs says why a turn is short, the works why
  // theirs are as long as they are).
  shortTurns: 32,
  mediumTurns: 8,
  longTurns: 4,
  rounds: 5,
  warmUps: 4,
  warmUpMilliseconds: 160,
  // The largest of five sizes is set against the smallest: with few, what chance does to one of them shows.
  opens: 80,
  largest: 2e10,
  mostRecorders: 10_000,
  memoryRecords: 50_000_000,
  starts: 3,
  startRounds: 11,
  latencyRounds: 9,
  peers: true,
  together: 1,
}

export const plans = {
  full,
  short: {
    ...full,
    milliseconds: 80,
    shortTurns: 16,
    mediumTurns: 4,
    longTurns: 2,
    rounds: 3,
    opens: 20,
    memoryRecords: 5_000_000,
    startRounds: 5,
    latencyRounds: 3,
  },
  smoke: {
    milliseconds: 20,
    shortTurns: 2,
    mediumTurns: 2,
    longTurns: 1,
    rounds: 1,
    warmUps: 1,
    warmUpMilliseconds: 20,
    opens: 5,
    largest: 1e8,
    mostRecorders: 100,
    memoryRecords: 200_000,
    starts: 1,
    startRounds: 1,
    latencyRounds: 1,
    peers: false,
    // Nobody looks at its times.
    together: 3,
  },
}

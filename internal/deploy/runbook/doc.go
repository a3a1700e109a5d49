// Package runbook is the run engine: what a runbook is, what is wrong with one, and how a run of it goes on. It is a pure
// state machine: a run and an event give the next run and the effects to carry out. It has no clock, no database and no
// network, and uses the standard library only. It does not know who may confirm what, how a condition is evaluated, what an
// attempt does, or what a release is; the deploy area stores the run, keeps the leases and carries out the effects.
//
// # How a step goes
//
//	waiting → ready → running → succeeded
//
// A step is waiting until each step it needs has succeeded or was skipped. It is ready when it may start: its condition is
// being evaluated, its attempt is offered and not claimed yet, or a retry has not come due. It is running while an attempt
// is claimed by a token. A manual step, and the go before a point of no return, are awaiting a person. An attempt whose
// outcome cannot be known makes the step unknown.
//
// A skipped step counts as done: what needs it goes on, once everything that the skipped step itself needs is done. A step
// that must not run when another was skipped says so in its own condition. A failed, unknown or cancelled step holds back
// what needs it, and nothing else.
//
// # What meets what
//
//   - Events apply in the order in which they are committed. A result carries the number and token of its attempt; a result
//     of another attempt is refused with ErrStale and changes nothing.
//   - Skip and retry never overtake an attempt in flight: they are refused with ErrInFlight until its result is there.
//     Stopped ends the attempt first.
//   - A pause starts nothing new and lets what is in flight finish: running attempts, waits, and questions already asked.
//     The check of an unknown outcome belongs to what is in flight. A paused run does not end until it is resumed.
//   - Abort and roll back cancel the attempts in flight and wait for their end, StopGrace at most. An attempt that ends in
//     that time keeps its true outcome; one that does not is unknown. Nothing else is waited for: no unknown step, no
//     question, no condition, no pause.
//   - A roll back runs the back-out graph: each step of it that no step names as its back-out, and each that is named by a
//     step which began or was skipped by a person. The others are skipped: there is nothing to undo.
//   - Behind a point of no return that has begun, a roll back needs Event.PastNoReturn; none starts by itself.
//   - Nothing leaves an ended run but a roll back, and nothing leaves rolled-back.
package runbook

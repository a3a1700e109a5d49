// Package tally is the arithmetic of a go/no-go poll: who has answered, whether the quorum is there, which outcome is suggested and which ones may be
// closed, each with the reason why not. It does not know people's rights, the content of a release or how a decision is kept.
//
//   - A role answers go, no-go or go-if with a condition, and may change its answer until the decision; its last one counts.
//   - A mandatory role must answer, and its no-go stands against go and go-if. A role with a veto need not answer; its no-go
//     stands against them all the same. An advisory role's answer counts for the quorum and is kept as dissent.
//   - Closing go needs the quorum, all mandatory roles, no standing no-go, no go-if of a mandatory or veto role whose condition is not done, and a verdict
//     that is not NO-GO. A PENDING verdict does not stop it: roles that sign after the poll are such a cause, and the run starts
//     on GO only.
//   - Closing go-if needs the same roles and at least one condition. A NO-GO verdict does not stop it: the conditions become actions, and no run starts before they are done and
//     the verdict is GO.
//   - Closing no-go is always possible.
package tally

// Package verdict computes whether a release may go to production, and says why. It is a pure function from a snapshot (criteria
// and everything they are judged by, as of one instant) to GO, NO-GO or PENDING with reasons, each with a stable code, an owner,
// its age and the next action. It does not know databases, files, people's rights, calendars or CEL: the areas put
// what they found into the snapshot. docs/adr/0008-verdict.md holds the decisions behind the rules.
//
//   - Whatever speaks against a mandatory criterion makes NO-GO at once, due or not.
//   - What is missing makes PENDING until the criterion is due and NO-GO from then on. A criterion without a due date is due now.
//   - NO-GO goes before PENDING, PENDING before GO. Advisory criteria never change the verdict.
//   - A release without a mandatory criterion is NO-GO: nothing was asked, so nothing is proven.
//   - A waiver in force passes a criterion that is unmet; when it ends, the criterion blocks again by itself.
package verdict

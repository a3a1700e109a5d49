// Package scope keeps proposed changes of a release's scope: what is to be added, changed and taken out and why, what that
// would hit as far as it is known, who has to approve it, and the answer. An approved change is carried out whole, in the
// transaction of the answer.
//
// It does not know approvals, evidence or schedules: what a change would void or delay is asked of those who declare it.
package scope

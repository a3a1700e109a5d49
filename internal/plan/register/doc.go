// Package register is the action register: every action from meetings, decisions, risks, reviews, reports and audits in one list, with
// owner, due date, source and proof of closure.
//
// Whoever shows that an action is done does not close it where proof is asked for: somebody else does. An action that mirrors something,
// such as a condition of a go/no-go, is settled where it comes from. The package does not know what sources are; app tells it.
package register

// Package action keeps the rows of the action register, and the actions that follow something else: a condition of a go/no-go is
// an action that its decision opens and settles.
//
// It is a part of plan: whoever writes an action inside a change of their own does it through plan's root. Who may add, prove and close
// actions is decided by plan/register.
package action

package plan

import (
	"slipway/internal/plan/action"
	"slipway/internal/platform/db"
)

// Mirror is what an action of the register takes over from something that it follows.
type Mirror = action.Mirror

// ActionSource is where an action comes from.
type ActionSource = action.Source

// SourceCondition is the kind of source that a condition of a go/no-go is.
const SourceCondition = action.Condition

// FollowAction adds the action that mirrors something of a release, or opens the one there is again. It checks no permission: whoever changes what
// it mirrors has.
func FollowAction(tx *db.Tx, r Release, m Mirror) error { return action.Follow(tx, r, m) }

// CloseAction closes the action that mirrors something, if there is one. It checks no permission.
func CloseAction(tx *db.Tx, kind, ref, note string) error {
	return action.Settle(tx, kind, ref, action.Closed, note)
}

// ReopenAction opens the action that mirrors something again, if there is one. It checks no permission.
func ReopenAction(tx *db.Tx, kind, ref, note string) error {
	return action.Settle(tx, kind, ref, action.Open, note)
}

// DropAction ends the action that mirrors something that counts no more, if there is one. It checks no permission.
func DropAction(tx *db.Tx, kind, ref, note string) error {
	return action.Settle(tx, kind, ref, action.Dropped, note)
}

package capacity

import (
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// The entries of the wing.
const (
	RequestMade      = "resource.requested"
	RequestGranted   = "resource.granted"
	RequestRefused   = "resource.refused"
	RequestWithdrawn = "resource.withdrawn"
	Allocated        = "allocation.made"
	Reallocated      = "allocation.changed"
)

func releaseEntry(tx *db.Tx, r plan.Release, action, kind, subject string, payload any) {
	e := ledger.Entry{Action: action, Subject: ledger.Subject{Kind: kind, ID: subject}, Payload: payload}
	if r.ID != "" {
		e.Release, e.Scope = r.ID, string(plan.Scope(r))
	}
	ledger.Append(tx, e)
}

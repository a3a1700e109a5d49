package impact

import (
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// The entries of impacts.
const (
	Stated  = "impact.stated"
	Told    = "impact.announced"
	Dropped = "impact.dropped"
)

func entry(tx *db.Tx, r plan.Release, action string, payload any) {
	ledger.Append(tx, ledger.Entry{Action: action, Subject: ledger.Subject{Kind: "release", ID: string(r.ID)}, Release: r.ID, Scope: string(plan.Scope(r)), Payload: payload})
}

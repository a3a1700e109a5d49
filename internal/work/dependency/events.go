package dependency

import (
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// The entries of the wing.
const (
	DependencyProposed  = "dependency.proposed"
	DependencyChanged   = "dependency.changed"
	DependencyAccepted  = "dependency.accepted"
	DependencyDoubted   = "dependency.doubted"
	DependencyDelivered = "dependency.delivered"
	DependencyWithdrawn = "dependency.withdrawn"
	// DatesMoved says that a window moved, and with it by when something is needed or when it comes.
	DatesMoved = "dependency.dates_moved"
	// TakerDelayed says that something slipped so far that who waits for it would have to move; TakerRelieved that this is over.
	TakerDelayed  = "dependency.taker_delayed"
	TakerRelieved = "dependency.taker_relieved"
)

// actions names the entry that a new status makes.
var actions = map[Status]string{Proposed: DependencyProposed, Agreed: DependencyAccepted, AtRisk: DependencyDoubted, Delivered: DependencyDelivered, Withdrawn: DependencyWithdrawn}

// facts is a dependency as entries keep it.
type facts struct {
	Key      string      `json:"key"`
	What     string      `json:"what"`
	Text     string      `json:"text,omitempty"`
	Giver    string      `json:"giver"`
	Taker    string      `json:"taker"`
	Release  string      `json:"release,omitempty"`
	Type     Type        `json:"type"`
	Lag      plan.Offset `json:"lag,omitempty"`
	Status   Status      `json:"status"`
	Note     string      `json:"note,omitempty"`
	Owner    id.Person   `json:"owner,omitempty"`
	Promised db.Time     `json:"promised,omitzero"`
	NeedBy   db.Time     `json:"needBy,omitzero"`
}

func said(d Dependency) facts {
	return facts{d.Key, d.What, d.Text, d.Giver.Ref(), d.Taker.Ref(), d.ReleaseKey, d.Type, d.Lag, d.Status, d.Note, d.Owner, d.Promised, d.NeedBy}
}

// entry belongs to the release that waits, or else to the one that gives.
func entry(tx *db.Tx, action string, d Dependency, payload any) {
	e := ledger.Entry{Action: action, Subject: ledger.Subject{Kind: "dependency", ID: string(d.ID)}, Release: d.forRelease(), Payload: payload}
	if e.Release == "" && d.Giver.Kind == Release {
		e.Release = id.Release(d.Giver.ID)
	}
	if _, all := d.scopes(); all[0] != auth.Everywhere {
		e.Scope = string(all[len(all)-1])
	}
	ledger.Append(tx, e)
}

func actor(tx *db.Tx) string {
	a := ledger.ActorOf(tx.Context())
	if a.For != "" {
		return string(a.For)
	}
	return a.ID
}

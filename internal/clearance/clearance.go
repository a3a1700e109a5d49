package clearance

import (
	"sync"
	"time"

	"slipway/internal/clearance/answer"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/share"
	"slipway/internal/platform/ledger"
)

// Clearance is the service of the area. Its methods are safe for concurrent use.
type Clearance struct {
	db       *db.DB
	standing func(tx *db.Tx, r plan.Release) (Standing, error)
	memory   memory
	loading  sync.Mutex
	shared   *share.Group[*pass]
}

// Reason is one cause of an answer.
type Reason = answer.Reason

// Standing is how a release stands: its verdict and its decision.
type Standing struct {
	Verdict    string // go, no-go, pending
	Reasons    []Reason
	Decision   string    // go, no-go, go-if; empty: undecided
	Stale      []string  // sections of its content that changed since the decision
	ValidUntil time.Time // zero: not by time alone
	Unsigned   bool      // nobody has to sign or decide it, so that it counts as approved once it is active
}

// Options are what the area is told from above and beside.
type Options struct {
	// Standing says how a release stands. It reads in the transaction it is given, checks no permission, and depends on
	// nothing but the database and the transaction's instant. Without it no release is ready.
	Standing func(tx *db.Tx, r plan.Release) (Standing, error)
	// Ledger tells what every commit touched, on SQLite. It may be nil on PostgreSQL, where the database is asked.
	Ledger *ledger.Ledger
}

// New returns the service over a migrated database. It must be made before the first write.
func New(d *db.DB, o Options) *Clearance {
	c := &Clearance{db: d, standing: o.Standing}
	c.shared = share.New(c.follow)
	if c.standing == nil {
		c.standing = func(*db.Tx, plan.Release) (Standing, error) { return Standing{Verdict: "pending"}, nil }
	}
	c.memory.stale.all = true
	if o.Ledger != nil && d.Engine() == db.SQLite {
		o.Ledger.OnCommit(c.memory.touched)
	}
	return c
}

// Question is what a pipeline asks.
type Question struct {
	Service     string  `json:"service" maxLength:"100" doc:"Key or identifier of the service"`
	Version     string  `json:"version,omitempty" maxLength:"128" doc:"Version to deploy; version or digest is required, both are best"`
	Digest      string  `json:"digest,omitempty" maxLength:"200" doc:"Digest of the artefact to deploy"`
	Environment string  `json:"environment" maxLength:"100" doc:"Key or identifier of the environment"`
	Release     string  `json:"release,omitempty" maxLength:"100" doc:"Only this release may authorise it, by key"`
	At          db.Time `json:"at,omitzero" doc:"The instant in question; now, if left out"`
	Record      bool    `json:"record,omitempty" doc:"Record the answer in the ledger"`
}

// Answer is what the asker gets.
type Answer struct {
	answer.Answer
	Service     string  `json:"service"`
	Version     string  `json:"version,omitempty"`
	Digest      string  `json:"digest,omitempty"`
	Environment string  `json:"environment"`
	At          db.Time `json:"at"`               // the instant it is for
	Record      string  `json:"record,omitempty"` // identifier of the recorded answer
}

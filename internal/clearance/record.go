package clearance

import (
	"context"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// Recorded is an answer that was asked to be recorded.
type Recorded struct {
	ID          string     `json:"id"`
	At          db.Time    `json:"at"` // the instant it is for
	Service     string     `json:"service"`
	Product     id.Product `json:"-"`
	Environment string     `json:"environment"`
	Version     string     `json:"version,omitempty"`
	Digest      string     `json:"digest,omitempty"`
	Allowed     bool       `json:"allowed"`
	Release     string     `json:"release,omitempty"` // that authorised it
	Answer      db.JSON    `json:"answer"`
	AskedBy     string     `json:"askedBy"`
	AskedAt     db.Time    `json:"askedAt"`
}

// record writes the answer down with its entry, in one transaction.
func (c *Clearance) record(ctx context.Context, q Question, product id.Product, a Answer) (Answer, error) {
	err := c.db.Write(ctx, func(tx *db.Tx) error {
		r := Recorded{ID: id.New[string](), At: a.At, Service: a.Service, Product: product, Environment: a.Environment, Version: q.Version, Digest: q.Digest,
			Allowed: a.Allowed, Release: a.Release, AskedBy: ledger.ActorOf(tx.Context()).ID, AskedAt: tx.Now}
		a.Record = r.ID
		var err error
		if r.Answer, err = db.Canonical(a); err != nil {
			return err
		}
		if err := insertAnswer(tx, r); err != nil {
			return err
		}
		scope := ""
		if product != "" {
			scope = "product/" + string(product)
		}
		ledger.Append(tx, ledger.Entry{Action: Answered, Subject: ledger.Subject{Kind: "answer", ID: r.ID}, Scope: scope, Payload: a})
		return nil
	})
	return a, err
}

// AnswerFilter narrows the list of recorded answers.
type AnswerFilter struct {
	Service     string // key
	Environment string // key
	Allowed     *bool  // only those that allowed, or only those that refused
	Before      string // identifier of the last one of the page before
	Limit       int
}

// Answers returns a page of the recorded answers on services that the caller may see, newest first.
func (c *Clearance) Answers(ctx context.Context, f AnswerFilter) ([]Recorded, error) {
	if f.Limit <= 0 {
		f.Limit = 50
	}
	return db.Reading(ctx, c.db, func(tx *db.Tx) ([]Recorded, error) {
		all, scopes, err := auth.Scopes(tx, "clearance.read")
		if err != nil {
			return nil, err
		}
		return answers(tx, f, all, productsOf(scopes))
	})
}

package clearance

import (
	"cmp"
	"context"
	"strings"
	"time"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// Override is a recorded permission to deploy one digest of a service to one environment against a refusal, for a time.
type Override struct {
	ID          string         `json:"id"`
	Service     id.Service     `json:"service"`
	Environment id.Environment `json:"environment"`
	Digest      string         `json:"digest"`
	Reason      string         `json:"reason"`
	From        db.Time        `json:"from" db:"from_at"`
	Until       db.Time        `json:"until" db:"until_at"`
	By          id.Person      `json:"by" db:"given_by"`
	ByName      string         `json:"byName,omitempty" db:"-"`
	At          db.Time        `json:"at" db:"given_at"`
	WithdrawnAt db.Time        `json:"withdrawnAt,omitzero"`
	WithdrawnBy string         `json:"withdrawnBy,omitempty"`
}

// overrideMax is the longest that an override may last.
const overrideMax = 7 * 24 * time.Hour

// NewOverride says what to let pass, why, and until when.
type NewOverride struct {
	Service     string  `json:"service" maxLength:"100" doc:"Key or identifier of the service"`
	Environment string  `json:"environment" maxLength:"100" doc:"Key or identifier of the environment"`
	Digest      string  `json:"digest" maxLength:"200" doc:"Digest of the one artefact that may pass"`
	Reason      string  `json:"reason" maxLength:"2000" doc:"Why; the record keeps it"`
	Until       db.Time `json:"until" doc:"Up to when, at most seven days from now"`
}

// Override lets one digest pass every refusal that can be overridden, for a time. It fails with errs.Invalid for faulty
// fields. A bar and a digest that is not the manifest's are not passed by it.
func (c *Clearance) Override(ctx context.Context, in NewOverride) (Override, error) {
	return db.Writing(ctx, c.db, func(tx *db.Tx) (Override, error) {
		s, err := catalog.ServiceByRef(tx, in.Service)
		if errs.Is(err, errs.CodeNotFound) {
			return Override{}, cmp.Or[error](anywhere(tx), errs.InvalidField("service", "service.unknown", "There is no service %.60q, or you may not see it.", in.Service))
		}
		if err != nil {
			return Override{}, err
		}
		if err := auth.Check(tx, "override.give", catalog.Scope(s.Product)); err != nil {
			return Override{}, err
		}
		e, err := catalog.EnvironmentByRef(tx, in.Environment)
		if errs.Is(err, errs.CodeNotFound) {
			return Override{}, errs.InvalidField("environment", "environment.unknown", "There is no environment %.60q.", in.Environment)
		}
		if err != nil {
			return Override{}, err
		}
		switch {
		case in.Digest == "":
			return Override{}, errs.InvalidField("digest", "digest.missing", "An override is for one digest. Name it.")
		case strings.TrimSpace(in.Reason) == "" || len(in.Reason) > 2000:
			return Override{}, errs.InvalidField("reason", "reason.missing", "Say why, in at most 2000 bytes; the record keeps it.")
		case in.Until <= tx.Now:
			return Override{}, errs.InvalidField("until", "override.past", "Give an instant that is still to come.")
		case in.Until.Sub(tx.Now) > overrideMax:
			return Override{}, errs.InvalidField("until", "override.too_long", "An override lasts at most seven days.")
		}
		if err := catalog.CheckDigest("digest", in.Digest); err != nil {
			return Override{}, err
		}
		out := Override{ID: id.New[string](), Service: s.ID, Environment: e.ID, Digest: in.Digest, Reason: in.Reason, From: tx.Now, Until: in.Until, By: auth.Me(tx), At: tx.Now}
		if err := insertOverride(tx, out); err != nil {
			return Override{}, err
		}
		ledger.Append(tx, ledger.Entry{Action: OverrideGiven, Subject: ledger.Subject{Kind: "override", ID: out.ID}, Scope: string(catalog.Scope(s.Product)), Payload: out})
		return out, nil
	})
}

func anywhere(tx *db.Tx) error {
	all, scopes, err := auth.Scopes(tx, "override.give")
	if err == nil && !all && len(scopes) == 0 {
		err = auth.Check(tx, "override.give", auth.Everywhere)
	}
	return err
}

// WithdrawOverride ends an override. It fails with errs.NotFound if the caller may not see it and errs.Blocked if it is
// over already.
func (c *Clearance) WithdrawOverride(ctx context.Context, ref string) (Override, error) {
	return db.Writing(ctx, c.db, func(tx *db.Tx) (Override, error) {
		o, err := overrideByID(tx, ref)
		if err != nil {
			return Override{}, cmp.Or(anywhere(tx), err)
		}
		s, err := catalog.ServiceByRef(tx, string(o.Service))
		if err != nil {
			return Override{}, cmp.Or(anywhere(tx), err)
		}
		if err := auth.Check(tx, "override.give", catalog.Scope(s.Product)); err != nil {
			return Override{}, err
		}
		if !o.WithdrawnAt.IsZero() || o.Until <= tx.Now {
			return Override{}, errs.Blocked("override.over", "This override is over.")
		}
		o.WithdrawnAt, o.WithdrawnBy = tx.Now, ledger.ActorOf(tx.Context()).ID
		if err := withdrawOverride(tx, o); err != nil {
			return Override{}, err
		}
		ledger.Append(tx, ledger.Entry{Action: OverrideWithdrawn, Subject: ledger.Subject{Kind: "override", ID: o.ID}, Scope: string(catalog.Scope(s.Product)), Payload: o})
		return o, nil
	})
}

// productsOf returns the products that scopes name.
func productsOf(scopes []auth.Scope) []string {
	var out []string
	for _, s := range scopes {
		if p, ok := strings.CutPrefix(string(s), "product/"); ok {
			out = append(out, p)
		}
	}
	return out
}

package catalog

import (
	"context"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// Bar forbids a version of a service in a tier and those above until it is lifted.
type Bar struct {
	ID         string     `json:"id"`
	Service    id.Service `json:"service"`
	Version    string     `json:"version"`
	Digest     string     `json:"digest,omitempty"`
	FromTier   Tier       `json:"fromTier"`
	Reason     string     `json:"reason"`
	Release    id.Release `json:"release,omitempty"`
	BarredAt   db.Time    `json:"barredAt"`
	BarredBy   string     `json:"barredBy"`
	LiftedAt   db.Time    `json:"liftedAt,omitzero"`
	LiftedBy   string     `json:"liftedBy,omitempty"`
	LiftReason string     `json:"liftReason,omitempty"`
}

// NewBar says what to bar and why.
type NewBar struct {
	Service  string     `json:"service" doc:"Key or identifier of the service"`
	Version  string     `json:"version" doc:"The version that must not be deployed"`
	Digest   string     `json:"digest,omitempty" doc:"Digest of its artefact, barred under any version"`
	FromTier Tier       `json:"fromTier,omitempty" doc:"The lowest tier it is barred from; development, so everywhere, unless stated"`
	Reason   string     `json:"reason" doc:"Why, as the record will say"`
	Release  id.Release `json:"-"`
}

// BarVersion bars a version. It fails with errs.Invalid without a reason and errs.Conflict if it is barred as widely already.
func (c *Catalog) BarVersion(ctx context.Context, in NewBar) (Bar, error) {
	return db.Writing(ctx, c.db, func(tx *db.Tx) (Bar, error) {
		s, err := ServiceByRef(tx, in.Service)
		if err != nil {
			return Bar{}, err
		}
		if err := auth.Check(tx, "version.bar", Scope(s.Product)); err != nil {
			return Bar{}, err
		}
		b, fresh, err := BarVersion(tx, in)
		if err == nil && !fresh {
			err = errs.Conflict("version.barred", b, "Version %s of %s is barred already.", in.Version, s.Key)
		}
		return b, err
	})
}

// LiftVersion lifts a bar. It fails with errs.NotFound for a bar of a service that the caller may not see, with errs.Invalid
// without a reason, and with errs.Conflict if it was lifted before.
func (c *Catalog) LiftVersion(ctx context.Context, bar, reason string) (Bar, error) {
	return db.Writing(ctx, c.db, func(tx *db.Tx) (Bar, error) {
		b, err := barByID(tx, bar)
		if err != nil {
			return b, auth.Missing("bar", err)
		}
		s, err := ServiceByRef(tx, string(b.Service))
		if err != nil {
			return Bar{}, err
		}
		if err := auth.Check(tx, "version.lift", Scope(s.Product)); err != nil {
			return Bar{}, err
		}
		if !b.LiftedAt.IsZero() {
			return Bar{}, errs.Conflict("bar.lifted", b, "This bar was lifted already.")
		}
		if err := CheckText("reason", reason, TextMax, true); err != nil {
			return Bar{}, err
		}
		b.LiftedAt, b.LiftedBy, b.LiftReason = tx.Now, actor(tx), reason
		if err := liftBar(tx, b); err != nil {
			return Bar{}, err
		}
		ledger.Append(tx, ledger.Entry{Action: VersionLifted, Subject: ledger.Subject{Kind: "bar", ID: b.ID}, Release: b.Release, Scope: string(Scope(s.Product)), Payload: b})
		return b, nil
	})
}

// Bars returns the bars of a service that stand, newest first, 200 at most; with lifted, those too. It fails with
// errs.NotFound for a service that the caller may not see.
func (c *Catalog) Bars(ctx context.Context, service string, lifted bool) ([]Bar, error) {
	return db.Reading(ctx, c.db, func(tx *db.Tx) ([]Bar, error) {
		s, err := ServiceByRef(tx, service)
		if err != nil {
			return nil, err
		}
		return bars(tx, s.ID, lifted)
	})
}

// BarVersion bars a version inside the caller's change, after the caller has checked the right to it. fresh is false if a
// bar that reaches as far stands already; then that one is returned. It fails with errs.Invalid for faulty fields and with
// errs.NotFound for a service that the caller may not see.
func BarVersion(tx *db.Tx, in NewBar) (b Bar, fresh bool, err error) {
	if err := CheckVersion("version", in.Version); err != nil {
		return b, false, err
	}
	if err := CheckDigest("digest", in.Digest); err != nil {
		return b, false, err
	}
	if err := CheckText("reason", in.Reason, TextMax, true); err != nil {
		return b, false, err
	}
	s, err := ServiceByRef(tx, in.Service)
	if err != nil {
		return b, false, err
	}
	standing, err := barred(tx, s.ID, in.Version, in.Digest)
	if err != nil {
		return b, false, err
	}
	for _, b := range standing {
		if b.FromTier <= in.FromTier && b.Version == in.Version && (in.Digest == "" || b.Digest == in.Digest) {
			return b, false, nil
		}
	}
	b = Bar{ID: id.New[string](), Service: s.ID, Version: in.Version, Digest: in.Digest, FromTier: in.FromTier, Reason: in.Reason, Release: in.Release,
		BarredAt: tx.Now, BarredBy: actor(tx)}
	if err := insertBar(tx, b); err != nil {
		return b, false, err
	}
	ledger.Append(tx, ledger.Entry{Action: VersionBarred, Subject: ledger.Subject{Kind: "bar", ID: b.ID}, Release: b.Release, Scope: string(Scope(s.Product)), Payload: b})
	return b, true, nil
}

package book

import (
	"context"
	"errors"

	"slipway/internal/deploy/runbook"
	"slipway/internal/deploy/runbookfile"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/expr"
	"slipway/internal/platform/ledger"
)

// Runbooks keeps runbooks and which of them each release runs.
type Runbooks struct {
	db    *db.DB
	exprs *expr.Compiler
}

// New returns the service over a migrated database.
func New(d *db.DB) (*Runbooks, error) {
	c, err := expr.New(conditionNames...)
	if err != nil {
		return nil, err
	}
	return &Runbooks{db: d, exprs: c}, nil
}

// Summary is a runbook in a list: its newest version.
type Summary struct {
	Key       string  `json:"key"`
	Name      string  `json:"name"`
	Text      string  `json:"text,omitempty"`
	Version   int     `json:"version"`
	Steps     int     `json:"steps"`
	BackOut   int     `json:"backOut" db:"backout"` // steps of the back-out
	ChangedAt db.Time `json:"changedAt"`
	ChangedBy string  `json:"changedBy"`
}

// Version is one immutable version of a runbook.
type Version struct {
	Key     string          `json:"key"`
	Version int             `json:"version"`
	Digest  string          `json:"digest"` // SHA-256 of the canonical content: "sha256:…"
	Runbook runbook.Runbook `json:"runbook" db:"-"`
	MadeAt  db.Time         `json:"madeAt"`
	MadeBy  string          `json:"madeBy"`
	Person  id.Person       `json:"person,omitempty"` // on whose behalf
	Newest  int             `json:"newest" db:"-"`    // the runbook's newest version
}

// Put stores a runbook. Changed content is another version; releases keep the one they chose, but for those that wait for
// the runbook's first. It fails with errs.Invalid, naming each fault.
func (b *Runbooks) Put(ctx context.Context, r runbook.Runbook) (Version, apply.Outcome, error) {
	if err := b.check(r); err != nil {
		return Version{}, "", err
	}
	var out Version
	var o apply.Outcome
	err := b.db.Write(ctx, func(tx *db.Tx) (err error) {
		out, o, err = b.put(tx, r)
		return err
	})
	return out, o, err
}

// check judges a runbook that did not come from a file, and its conditions.
func (b *Runbooks) check(r runbook.Runbook) error {
	if err := id.CheckKey("key", r.Key); err != nil {
		return err
	}
	if found := runbook.Validate(&r); len(found) > 0 {
		return errs.Invalid("runbook.invalid", "The runbook has faults: %d.", len(found)).With(runbookfile.Fields(found)...)
	}
	return b.checkConditions(r)
}

func (b *Runbooks) put(tx *db.Tx, r runbook.Runbook) (Version, apply.Outcome, error) {
	if err := auth.Check(tx, "runbook.edit", auth.Everywhere); err != nil {
		return Version{}, "", err
	}
	content, err := db.Canonical(r)
	if err != nil {
		return Version{}, "", err
	}
	a := ledger.ActorOf(tx.Context())
	v := Version{Key: r.Key, Version: 1, Digest: digestOf(content), Runbook: r, MadeAt: tx.Now, MadeBy: a.ID, Person: a.For}
	o, action := apply.Created, RunbookAdded
	before, err := newest(tx, r.Key)
	switch {
	case errors.Is(err, db.ErrNone):
	case err != nil:
		return v, "", err
	case before.Digest == v.Digest:
		before.Newest = before.Version
		return before, apply.Unchanged, nil
	default:
		v.Version, o, action = before.Version+1, apply.Changed, RunbookChanged
	}
	v.Newest = v.Version
	if err := putRunbook(tx, v, content); err != nil {
		return v, "", err
	}
	ledger.Append(tx, ledger.Entry{Action: action, Subject: ledger.Subject{Kind: "runbook", ID: r.Key},
		Payload: map[string]any{"key": r.Key, "version": v.Version, "digest": v.Digest, "content": content}})
	if o != apply.Created {
		return v, o, nil
	}
	return v, o, bindAwaiting(tx, v)
}

// Get returns a version of a runbook, the newest for 0. It fails with errs.NotFound.
func (b *Runbooks) Get(ctx context.Context, key string, version int) (Version, error) {
	return db.Reading(ctx, b.db, func(tx *db.Tx) (Version, error) {
		if err := readable(tx); err != nil {
			return Version{}, err
		}
		return VersionOf(tx, key, version)
	})
}

// readable lets somebody who may read runbooks in any scope read them all: runbooks belong to no product.
func readable(tx *db.Tx) error {
	err := auth.Check(tx, "runbook.read", auth.Everywhere)
	if !errs.Is(err, errs.CodeForbidden) {
		return err
	}
	_, scopes, serr := auth.Scopes(tx, "runbook.read")
	if serr != nil || len(scopes) == 0 {
		return errors.Join(serr, err)
	}
	return nil
}

// Filter narrows lists of the area.
type Filter struct {
	Query string // part of the key or name, without regard to case
	After string // the key behind which the page starts
	Limit int    // 1 to 201; 0 means 50
}

func limited(n int) int {
	if n <= 0 {
		return 50
	}
	return min(n, 201)
}

// List returns one page of the runbooks by key.
func (b *Runbooks) List(ctx context.Context, f Filter) ([]Summary, error) {
	return db.Reading(ctx, b.db, func(tx *db.Tx) ([]Summary, error) {
		if err := readable(tx); err != nil {
			return nil, err
		}
		return summaries(tx, f)
	})
}

// Versions returns the versions of a runbook, newest first, without their content.
func (b *Runbooks) Versions(ctx context.Context, key string) ([]Version, error) {
	return db.Reading(ctx, b.db, func(tx *db.Tx) ([]Version, error) {
		if err := readable(tx); err != nil {
			return nil, err
		}
		out, err := versions(tx, key)
		if err == nil && len(out) == 0 {
			return nil, auth.Unseen("runbook")
		}
		return out, err
	})
}

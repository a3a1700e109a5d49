package auth

import (
	"context"
	"errors"
	"time"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// Identity is who acts: a person, through a session or through a token.
type Identity struct {
	Person id.Person
	Key    string
	Name   string
	Kind   string // KindPerson or KindService
	Role   string // the name of the widest role held, for greeting; "" without any

	Token     id.Token // "" unless a token acts
	TokenName string
	Session   SessionID // "" unless a session acts

	Locale  string
	Theme   string // "", "light" or "dark"
	KeysOff bool   // no single-key shortcuts
	zone    string

	limits *Limits // of a token
	rights *Rights
}

// SessionID names a session. It is not its secret.
type SessionID string

// Limits narrow what an owner may to what a token may.
type Limits struct {
	Roles, Permissions []string
	Scopes             []Scope // none: all of the owner's
}

// IdentityRow is what an identity is read from, by IdentityColumns.
type IdentityRow struct {
	Person              id.Person
	Key, Name           string
	Kind, Role          string
	Active, Keys        bool
	Zone, Locale, Theme string
}

// Identity makes the identity of a person who is signed in by no credential yet.
func (r *Rights) Identity(row IdentityRow) Identity {
	return Identity{
		Person: row.Person, Key: row.Key, Name: row.Name, Kind: row.Kind, Role: row.Role, Locale: row.Locale, Theme: row.Theme,
		KeysOff: !row.Keys, zone: row.Zone, rights: r,
	}
}

// Limited returns the identity narrowed to a token.
func (i Identity) Limited(t id.Token, name string, l Limits) Identity {
	i.Token, i.TokenName, i.limits = t, name, &l
	return i
}

// Zone returns the zone in which times are shown to the person: their own, else the installation's. One that cannot be
// loaded counts as none.
func (i Identity) Zone() *time.Location {
	if i.zone != "" {
		if z, err := time.LoadLocation(i.zone); err == nil {
			return z
		}
	}
	if i.rights == nil {
		return time.UTC
	}
	return i.rights.DisplayZone()
}

// caller is what the context carries of who acts.
type caller struct {
	rights *Rights
	id     *Identity
	system bool
	absent *errs.Error // why a credential that was sent does not count
}

type callerKey struct{}

func callerOf(ctx context.Context) caller {
	c, _ := ctx.Value(callerKey{}).(caller)
	return c
}

// Viewer returns who acts. It reports false for nobody and for Slipway itself.
func Viewer(ctx context.Context) (Identity, bool) {
	if c := callerOf(ctx); c.id != nil {
		return *c.id, true
	}
	return Identity{}, false
}

// WithSystem returns a context in which Slipway itself acts: every check passes. It serves jobs and seeding.
func WithSystem(ctx context.Context) context.Context {
	ctx = context.WithValue(ctx, callerKey{}, caller{rights: callerOf(ctx).rights, system: true})
	return ledger.WithActor(ctx, ledger.System)
}

// IsSystem reports whether Slipway itself acts.
func IsSystem(ctx context.Context) bool { return callerOf(ctx).system }

// WithPerson returns a context in which the person acts inside this process, with the person's rights and no others. It
// reads once and must not be called inside a transaction. It fails with errs.NotFound if there is no such person and with
// errs.Unauthenticated if the person is not active.
func WithPerson(ctx context.Context, r *Rights, p id.Person) (context.Context, error) {
	var row IdentityRow
	err := r.db.Read(ctx, func(tx *db.Tx) (err error) {
		row, err = identityRow(tx, p)
		return err
	})
	switch {
	case errors.Is(err, db.ErrNone):
		return nil, Unseen("person")
	case err != nil:
		return nil, err
	case !row.Active:
		return nil, Inactive()
	}
	return WithIdentity(ctx, r.Identity(row)), nil
}

// IdentityOf reads a person as a caller would be, inside a transaction. It fails with errs.NotFound.
func (r *Rights) IdentityOf(tx *db.Tx, p id.Person) (Identity, error) {
	row, err := identityRow(tx, p)
	if errors.Is(err, db.ErrNone) {
		err = Unseen("person")
	}
	return r.Identity(row), err
}

// Inactive is the refusal of a person who may not act any more.
func Inactive() *errs.Error {
	return errs.Unauthenticated("auth.person_inactive", "This account is not active. An administrator can reactivate it.")
}

// WithIdentity returns a context in which the identity acts. Only those who have verified a credential call it.
func WithIdentity(ctx context.Context, i Identity) context.Context {
	ctx = context.WithValue(ctx, callerKey{}, caller{rights: i.rights, id: &i})
	actor := ledger.Person(i.Person)
	if i.Token != "" {
		actor.Kind, actor.ID = ledger.KindToken, string(i.Token)
	}
	return ledger.WithActor(ctx, actor)
}

// WithNobody returns a context without a caller that remembers why a credential did not count (nil if none came), so that
// the refusal can say it.
func (r *Rights) WithNobody(ctx context.Context, why *errs.Error) context.Context {
	return context.WithValue(ctx, callerKey{}, caller{rights: r, absent: why})
}

// Absence returns why the credential that came with the request does not count, or nil if none came or it does.
func Absence(ctx context.Context) error {
	if why := callerOf(ctx).absent; why != nil {
		return why
	}
	return nil
}

// SignInRequired is the refusal of somebody who has not signed in, or whose credential does not count any more.
func SignInRequired(ctx context.Context) error { return callerOf(ctx).unauthenticated() }

// unauthenticated says that somebody must sign in, and why if a credential came.
func (c caller) unauthenticated() error {
	if c.absent != nil {
		return c.absent
	}
	return errs.Unauthenticated("auth.sign_in_required", "Sign in first, or send a token.")
}

// Demand fails with errs.Unauthenticated if nobody acts. Otherwise it names the permission of the route and returns what
// reports whether the route checked it.
func Demand(ctx context.Context, permission string) (context.Context, func() bool, error) {
	c := callerOf(ctx)
	if c.id == nil && !c.system {
		return nil, nil, c.unauthenticated()
	}
	ctx, r := WithRoute(ctx, permission)
	return ctx, r.Checked, nil
}

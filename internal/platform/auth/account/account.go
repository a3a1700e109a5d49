package account

import (
	"context"
	"time"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/credential"
	"slipway/internal/platform/auth/password"
	"slipway/internal/platform/auth/people"
	"slipway/internal/platform/auth/signin"
	"slipway/internal/platform/db"
)

// Options say how people sign in.
type Options struct {
	// Catalog is every permission of the installation; auth's own alone if nil.
	Catalog *auth.Catalog
	// Idle ends a session that is not used for so long; credential.Idle if 0.
	Idle time.Duration
	// Absolute ends a session so long after it was opened; credential.Absolute if 0.
	Absolute time.Duration
	// Hash is the cost of password hashes; password.Standard if zero.
	Hash password.Params
	// Zone is the one in which times are shown to people without one of their own; UTC if nil.
	Zone *time.Location
	// Duties says what a team still answers for, which keeps it from being closed; nothing if nil.
	Duties people.Duties
	// Demo lets anybody sign in as anybody without a password. Only the demonstration turns it on.
	Demo bool
}

// Service is all of auth.
type Service struct {
	*auth.Rights
	*credential.Keeper
	*people.Directory
	*signin.Desk
}

// New returns the service. It reads nothing.
func New(d *db.DB, o Options) *Service {
	r := auth.NewRights(d, o.Catalog)
	if o.Zone != nil {
		r.ShowIn(o.Zone)
	}
	k := credential.NewKeeper(d, r, o.Idle, o.Absolute)
	p := people.NewDirectory(d, r, k, o.Duties)
	return &Service{Rights: r, Keeper: k, Directory: p, Desk: signin.NewDesk(d, r, k, p, o.Hash, o.Demo)}
}

// WithPerson returns a context in which the person acts; see auth.WithPerson.
func (s *Service) WithPerson(ctx context.Context, p id.Person) (context.Context, error) {
	return auth.WithPerson(ctx, s.Rights, p)
}

// Transient returns the tables of what ends with the process that it was made for, and so does not belong into a restored
// database: sessions, links that work once, counted tries to sign in.
func Transient() []string { return []string{"session", "once_link", "sign_in_try"} }

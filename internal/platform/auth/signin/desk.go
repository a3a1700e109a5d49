package signin

import (
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/credential"
	"slipway/internal/platform/auth/password"
	"slipway/internal/platform/auth/people"
	"slipway/internal/platform/db"
)

// Desk is where people sign in. It is safe for concurrent use.
type Desk struct {
	db     *db.DB
	rights *auth.Rights
	keeper *credential.Keeper
	people *people.Directory
	hasher *password.Hasher
	demo   bool
}

// NewDesk returns the desk. With demo anybody may sign in as anybody (SignInAs). It reads nothing.
func NewDesk(d *db.DB, r *auth.Rights, k *credential.Keeper, p *people.Directory, cost password.Params, demo bool) *Desk {
	return &Desk{db: d, rights: r, keeper: k, people: p, hasher: password.NewHasher(cost), demo: demo}
}

// Demo reports whether anybody may sign in as anybody.
func (s *Desk) Demo() bool { return s.demo }

package credential

import (
	"time"

	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/share"
)

// Keeper is the door to tokens and sessions. Methods that take a context open one transaction each. It is safe for
// concurrent use.
type Keeper struct {
	db       *db.DB
	rights   *auth.Rights
	memory   memory
	versions *share.Group[*int64]
	idle     time.Duration
	life     time.Duration
}

// How long sessions last: Idle without being used, Absolute in any case. A night's deployment fits into the first.
const (
	Idle     = 8 * time.Hour
	Absolute = 24 * time.Hour
)

// NewKeeper returns the keeper; idle and absolute are Idle and Absolute if 0. It reads nothing.
func NewKeeper(d *db.DB, r *auth.Rights, idle, absolute time.Duration) *Keeper {
	if idle == 0 {
		idle = Idle
	}
	if absolute == 0 {
		absolute = Absolute
	}
	k := &Keeper{db: d, rights: r, idle: idle, life: absolute}
	k.versions = share.New(k.readVersion)
	return k
}

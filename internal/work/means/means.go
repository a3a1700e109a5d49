package means

import (
	"time"

	"slipway/internal/id"
	"slipway/internal/platform/db"
	"slipway/internal/work/resource"
)

// Options are what the wing needs of others.
type Options struct {
	Resources *resource.Resources // working time of people; nil: everybody works the usual hours
	Zone      *time.Location      // of the usual hours, and of people who have none; nil is UTC
	Places    Places              // how many there are of an environment; nil: one of each
}

// Places knows how many places an environment has.
type Places interface {
	// Places returns how many releases can use an environment at once, at least 1, by its key.
	Places(tx *db.Tx, environment string) (int, error)
}

// Means is the service of the wing. It is safe for concurrent use.
type Means struct {
	o      Options
	shelf  shelf
	ratios ratioShelf
}

// New returns the service.
func New(o Options) *Means {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	return &Means{o: o, ratios: ratioShelf{made: map[id.Product]Ratios{}}}
}

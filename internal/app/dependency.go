package app

import (
	"time"

	"slipway/internal/calendar"
	"slipway/internal/id"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/work/dependency"
)

// dependants says to the calendar how releases stand to what they wait for and to what waits for them.
type dependants struct{ *dependency.Dependencies }

// serious is from where on a release that comes too late for another is more than a warning.
const serious = 24 * time.Hour

// OutOfOrder implements calendar.Dependants.
func (d dependants) OutOfOrder(tx *db.Tx, r id.Release) ([]calendar.Disorder, error) {
	found, err := d.Dependencies.OutOfOrder(tx, r)
	out := make([]calendar.Disorder, len(found))
	for i, x := range found {
		out[i] = calendar.Disorder{Release: x.Release, Text: x.Text, Serious: x.By >= serious || x.Giver.Kind == dependency.Release,
			Next: "Move one of the two by " + ui.Duration(x.By) + ", or agree on an earlier date for " + x.Key + "."}
		if x.Giver.Kind == dependency.Release {
			out[i].For = id.Release(x.Giver.ID)
		}
	}
	return out, err
}

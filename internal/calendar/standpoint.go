package calendar

import (
	"context"

	"slipway/internal/calendar/openness"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Standpoint is how an environment stands at an instant.
type Standpoint struct {
	Environment string             `json:"environment"`
	Service     string             `json:"service,omitempty"`
	At          db.Time            `json:"at"`
	State       State              `json:"state"`
	Reasons     []Reason           `json:"reasons"`
	Windows     []openness.InForce `json:"windows,omitempty"`
	Freezes     []openness.InForce `json:"freezes,omitempty"`
	Next        *openness.Opening  `json:"next,omitempty"`
	ValidUntil  db.Time            `json:"validUntil,omitzero"`
}

// Open says whether an environment is open, for a service or as such (""), at an instant or now for none. It fails with
// errs.NotFound for what does not exist or the caller may not see.
func (c *Calendar) Open(ctx context.Context, environment, service string, at db.Time) (Standpoint, error) {
	return db.Reading(ctx, c.db, func(tx *db.Tx) (Standpoint, error) {
		if _, _, err := auth.Scopes(tx, "calendar.read"); err != nil {
			return Standpoint{}, err
		}
		if at.IsZero() {
			at = tx.Now
		}
		r, err := Openness(tx, id.Environment(environment), id.Service(service), at)
		return Standpoint{Environment: environment, Service: service, At: at, State: r.State, Reasons: r.Reasons, Windows: r.Windows, Freezes: r.Freezes, Next: r.Next, ValidUntil: db.At(r.ValidUntil)}, err
	})
}

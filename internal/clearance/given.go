package clearance

import (
	"context"

	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// OverrideState is how an override stands.
type OverrideState string

// The states of an override.
const (
	OverrideStanding  OverrideState = "standing"
	OverrideOver      OverrideState = "over" // its time has passed
	OverrideTakenBack OverrideState = "withdrawn"
)

// Given is an override with the names of what it is for, and how it stands.
type Given struct {
	Override
	ServiceKey      string        `json:"serviceKey"`
	ServiceName     string        `json:"serviceName"`
	EnvironmentKey  string        `json:"environmentKey"`
	EnvironmentName string        `json:"environmentName"`
	State           OverrideState `json:"state" enum:"standing,over,withdrawn" db:"-"`
}

// GivenFilter narrows the list of overrides.
type GivenFilter struct {
	Service     string // key
	Environment string // key
	Standing    bool   // leave out what is over or withdrawn
	Before      string // identifier of the last one of the page before
	Limit       int    // 1 to 201; 0 means 50
}

// Given returns a page of the overrides on services that the caller may see, newest first.
func (c *Clearance) Given(ctx context.Context, f GivenFilter) ([]Given, error) {
	if f.Limit <= 0 || f.Limit > 201 {
		f.Limit = 50
	}
	return db.Reading(ctx, c.db, func(tx *db.Tx) ([]Given, error) {
		all, scopes, err := auth.Scopes(tx, "clearance.read")
		if err != nil {
			return nil, err
		}
		gs, err := given(tx, f, all, scopes)
		return append([]Given{}, gs...), err
	})
}

func (o Override) state(now db.Time) OverrideState {
	switch {
	case !o.WithdrawnAt.IsZero():
		return OverrideTakenBack
	case o.Until <= now:
		return OverrideOver
	}
	return OverrideStanding
}

// Answer returns a recorded answer. It fails with errs.NotFound if there is none or the caller may not see it.
func (c *Clearance) Answer(ctx context.Context, ref string) (Recorded, error) {
	return db.Reading(ctx, c.db, func(tx *db.Tx) (Recorded, error) {
		all, scopes, err := auth.Scopes(tx, "clearance.read")
		if err != nil {
			return Recorded{}, err
		}
		return answerByID(tx, ref, all, scopes)
	})
}

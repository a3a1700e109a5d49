package risktest

import (
	"testing"

	"slipway/internal/catalog"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/risk"
)

// World is a world of plantest with a register.
type World struct {
	plantest.World
	Risks *risk.Register
}

// New makes a world on a migrated database.
func New(t testing.TB, d *db.DB) World {
	t.Helper()
	authtest.Service(t, d, catalog.Permissions, plan.Permissions, risk.Permissions)
	return World{plantest.New(t, d), risk.New(d)}
}

// Open opens a risk of a release, likely and severe, as the administrator. release is a key, or "" for the portfolio.
func Open(t testing.TB, w World, release, title string, with ...func(*risk.NewRisk)) risk.Risk {
	t.Helper()
	in := risk.NewRisk{Release: release, Title: title, Probability: 4, Impact: 5}
	for _, f := range with {
		f(&in)
	}
	r, err := w.Risks.Open(w.Admin, in)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Blocking makes a risk block the gate of its release.
func Blocking(in *risk.NewRisk) { in.Blocks = risk.BlocksGate }

package home

import (
	"slipway/internal/calendar"
	"slipway/internal/catalog"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Setup says how far a fresh installation is.
type Setup struct {
	Services     int
	Environments int
	Windows      int
	People       int // who can act, programs not counted
	Templates    int
	Engine       string
}

// setup counts, 50 of each at most.
func (h *Home) setup(tx *db.Tx) (*Setup, error) {
	s := &Setup{Engine: "SQLite"}
	if tx.Engine() == db.Postgres {
		s.Engine = "PostgreSQL"
	}
	m, err := catalog.ReadMatrix(tx, catalog.MatrixFilter{Filter: catalog.Filter{Limit: 50}})
	if err != nil {
		return nil, err
	}
	s.Services, s.Environments = len(m.Rows), len(m.Environments)
	ps, err := h.periods(tx, calendar.Filter{Limit: 50})
	if err != nil {
		return nil, err
	}
	s.Windows = len(ps)
	people, err := auth.EachPerson(tx)
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		if p.Active && p.Kind == auth.KindPerson {
			s.People++
		}
	}
	builtin, err := plan.Builtin()
	if err != nil {
		return nil, err
	}
	for _, t := range builtin {
		if _, err := plan.TemplateByRef(tx, t.Key); err == nil {
			s.Templates++
		}
	}
	return s, nil
}

package catalog

import (
	"context"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Matrix is what runs where: services down, environments across.
type Matrix struct {
	Environments []Environment `json:"environments"`
	Rows         []MatrixRow   `json:"rows"`
	Drifts       int           `json:"drifts"`         // cells of these rows that are behind or drift
	Next         string        `json:"next,omitempty"` // the key behind which the next page starts
}

// MatrixRow is one service. Cells are in the order of the environments, without those where nothing was recorded.
type MatrixRow struct {
	Service Service `json:"service"`
	Cells   []Cell  `json:"cells"`
}

// MatrixFilter narrows the matrix.
type MatrixFilter struct {
	Filter
	At    db.Time // as it was then; now if none
	Drift bool    // only services with a cell that is behind or drifts
}

// Matrix returns one page of what runs where, by the key of the service, 200 services at most. It fails with errs.NotFound for
// a product that the caller may not see. A page costs three statements; one of drifts costs two more for each page of
// services that it is gathered from.
func (c *Catalog) Matrix(ctx context.Context, f MatrixFilter) (Matrix, error) {
	return db.Reading(ctx, c.db, func(tx *db.Tx) (Matrix, error) { return ReadMatrix(tx, f) })
}

// ReadMatrix is Matrix inside the caller's snapshot.
func ReadMatrix(tx *db.Tx, f MatrixFilter) (Matrix, error) {
	var m Matrix
	all, scopes, err := auth.Scopes(tx, "catalog.read")
	if err != nil {
		return m, err
	}
	var p Product
	if f.Product != "" {
		if p, err = ProductByRef(tx, f.Product); err != nil {
			return m, err
		}
	}
	if m.Environments, err = Environments(tx); err != nil {
		return m, err
	}
	tiers := map[id.Environment]Tier{}
	for _, e := range m.Environments {
		tiers[e.ID] = e.Tier
	}
	limit := min(f.limit(), pageMax)
	for page := f.Filter; ; page.After = m.Next {
		page.Limit = limit + 1
		ss, err := services(tx, page, p.ID, all, scopes)
		if err != nil {
			return m, err
		}
		m.Next = ""
		if len(ss) > limit {
			ss = ss[:limit]
			m.Next = ss[limit-1].Key
		}
		if err := addRows(tx, &m, ss, tiers, f); err != nil {
			return m, err
		}
		// A page of drifts is filled from as many pages of services as it takes, up to the limit.
		if m.Next == "" || !f.Drift || len(m.Rows) >= limit {
			return m, nil
		}
	}
}

func addRows(tx *db.Tx, m *Matrix, ss []Service, tiers map[id.Environment]Tier, f MatrixFilter) error {
	ids := make([]id.Service, len(ss))
	for i, s := range ss {
		ids[i] = s.ID
	}
	cells, err := cellsOf(tx, ids, f.At)
	if err != nil {
		return err
	}
	for _, s := range ss {
		row := MatrixRow{Service: s}
		for _, e := range m.Environments {
			if c, ok := cells[s.ID][e.ID]; ok {
				row.Cells = append(row.Cells, c)
			}
		}
		mark(row.Cells, tiers)
		drifts := 0
		for _, c := range row.Cells {
			if c.Mark == Behind || c.Mark == Drift {
				drifts++
			}
		}
		m.Drifts += drifts
		if drifts > 0 || !f.Drift {
			m.Rows = append(m.Rows, row)
		}
	}
	return nil
}

// Changed returns the deployments to an environment since an instant that the caller may see, newest first: the answer
// to "what changed since". It fails with errs.NotFound for an unknown environment. limit is as DeploymentFilter has it.
func (c *Catalog) Changed(ctx context.Context, environment string, since db.Time, limit int) ([]Deployment, error) {
	return c.Deployments(ctx, DeploymentFilter{Environment: environment, Since: since, Limit: limit})
}

// ReadRow is the matrix of one service inside the caller's snapshot, after the caller has read the service with its right
// to see it. Where nothing was recorded Rows has the service without cells.
func ReadRow(tx *db.Tx, s Service, at db.Time) (Matrix, error) {
	var m Matrix
	var err error
	if m.Environments, err = Environments(tx); err != nil {
		return m, err
	}
	tiers := map[id.Environment]Tier{}
	for _, e := range m.Environments {
		tiers[e.ID] = e.Tier
	}
	return m, addRows(tx, &m, []Service{s}, tiers, MatrixFilter{At: at})
}

package roadmap

import (
	"context"

	"slipway/internal/catalog"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Publication says which dates to publish.
type Publication struct {
	Product string `json:"product,omitempty" doc:"Key or identifier of a product; every product that the caller may publish for unless stated"`
}

// publishMost is how many dates are read at a time.
const publishMost = 500

// Publish publishes every agreed date as it was agreed, and returns those that were not published like that before. Dates that are discussed stay
// unpublished, or as they were published. It fails with errs.Forbidden without the right anywhere.
func (s *Roadmaps) Publish(ctx context.Context, in Publication) ([]Date, error) {
	return db.Writing(ctx, s.db, func(tx *db.Tx) ([]Date, error) {
		out := []Date{}
		all, scopes, err := auth.Scopes(tx, "roadmap.publish")
		if err != nil {
			return nil, err
		}
		var w db.Where
		w.And("d.state = ? AND (d.published_start IS NULL OR d.published_start <> d.starts OR d.published_end <> d.ends)", string(StateAgreed))
		auth.Seen(&w, "d.product", "product", all, scopes)
		if in.Product != "" {
			p, err := productOf(tx, in.Product)
			if err != nil {
				return nil, err
			}
			if err := auth.Check(tx, "roadmap.publish", catalog.Scope(p.ID)); err != nil {
				return nil, err
			}
			w.And("d.product = ?", p.ID)
		} else if !all && len(scopes) == 0 {
			return out, auth.Check(tx, "roadmap.publish", auth.Everywhere)
		}
		for more := true; more; { // what was published is no longer found
			ds, err := list(tx, w, publishMost)
			if err != nil {
				return nil, err
			}
			more = len(ds) == publishMost
			for _, d := range ds {
				if d, err = published(tx, d); err != nil {
					return nil, err
				}
				out = append(out, d)
			}
		}
		return out, nil
	})
}

// published publishes a date as it was agreed.
func published(tx *db.Tx, d Date) (Date, error) {
	if err := auth.Check(tx, "roadmap.publish", catalog.Scope(d.Product)); err != nil {
		return d, err
	}
	before, w := d.PublishedWin, d.Window
	d.PublishedWin, d.Published, d.PublishedAt = w, &w, tx.Now
	d.Rev++
	entry(tx, d, Published, "", "", map[string]any{"before": before})
	return d, update(tx, d)
}

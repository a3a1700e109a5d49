package decide

import (
	"context"

	"slipway/internal/decide/round"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

// Minutes returns the minutes of the newest decision of a release as Markdown: the sealed snapshot in words, with the names
// of people as they are now and its digest. It fails with errs.NotFound without a decision.
func (d *Decisions) Minutes(ctx context.Context, ref string) (plan.Release, string, error) {
	type answer struct {
		r    plan.Release
		text string
	}
	out, err := read(ctx, d, func(tx *db.Tx) (answer, error) {
		r, err := readable(tx, ref)
		if err != nil {
			return answer{}, err
		}
		x, err := decided(tx, r)
		if err != nil {
			return answer{}, err
		}
		text, err := round.Minutes(tx, x)
		return answer{r, text}, err
	})
	return out.r, out.text, err
}

// DecisionOf returns the newest decision of a release and what changed of the content since, where it lets the release go. It
// fails with errs.NotFound without one.
func (d *Decisions) DecisionOf(ctx context.Context, ref string) (Decision, []Difference, error) {
	type answer struct {
		x    Decision
		list []Difference
	}
	out, err := read(ctx, d, func(tx *db.Tx) (answer, error) {
		r, err := readable(tx, ref)
		if err != nil {
			return answer{}, err
		}
		x, err := decided(tx, r)
		if err != nil || !x.Lets() {
			return answer{x, nil}, err
		}
		now, err := d.content(tx, r)
		if err != nil {
			return answer{}, err
		}
		list, err := d.sources.Differences(tx, r.ID, x.Sections, x.At, now)
		return answer{x, list}, err
	})
	return out.x, out.list, err
}

func decided(tx *db.Tx, r plan.Release) (Decision, error) {
	rounds, err := round.Of(tx, r.ID)
	for _, p := range rounds {
		if p.Decision != nil {
			return *p.Decision, err
		}
	}
	if err != nil {
		return Decision{}, err
	}
	return Decision{}, errs.NotFound("decision.not_found", "Nothing was decided about %s yet.", r.Name)
}

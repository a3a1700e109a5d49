package frame

import (
	"context"
	"strings"

	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
)

// Mark is how a release is drawn on the calendar.
type Mark struct {
	State ui.State
	Word  string // "NO-GO", "at risk"
}

// MarkOf is how a release is drawn without a verdict.
func MarkOf(r plan.Release) Mark {
	switch r.State {
	case plan.Deploying:
		return Mark{ui.Live, "deploying"}
	case plan.Deployed, plan.Verified, plan.Closed:
		return Mark{ui.Go, r.State.Words()}
	case plan.RolledBack:
		return Mark{ui.NoGo, r.State.Words()}
	case plan.Held:
		return Mark{ui.Hold, r.State.Words()}
	case plan.Cancelled:
		return Mark{ui.Skip, r.State.Words()}
	}
	return Mark{ui.Wait, r.State.Words()}
}

// MarksOf says how releases are drawn. The verdict of each that is still to come is computed, so that only what is drawn is asked about.
func (f *Frame) MarksOf(tx *db.Tx, rs []plan.Release) (map[id.Release]Mark, error) {
	out := make(map[id.Release]Mark, len(rs))
	var open []plan.Release
	for _, r := range rs {
		if out[r.ID] = MarkOf(r); out[r.ID].State == ui.Wait {
			open = append(open, r)
		}
	}
	if f.Marks == nil || len(open) == 0 {
		return out, nil
	}
	more, err := f.Marks(tx, open)
	for r, m := range more {
		if m.Word != strings.ToUpper(m.Word) { // what is no verdict stands among the words of states
			m.Word = strings.ToLower(m.Word)
		}
		out[r] = m
	}
	return out, err
}

// MayNot returns the reason why the caller has a permission nowhere, with the words given for it, and "" if they have it somewhere. It
// asks beside the permission of the route.
func (f *Frame) MayNot(ctx context.Context, permission, why string) (string, error) {
	err := f.DB.Read(ctx, func(tx *db.Tx) error {
		all, scopes, err := auth.Scopes(tx, permission)
		if err == nil && (all || len(scopes) > 0) {
			why = ""
		}
		return err
	})
	return why, err
}

package calendar

import (
	"slipway/internal/id"
	"slipway/internal/plan"
)

// ahead tells that a release's window still matters: it is to be deployed, or it is under way.
func ahead(s plan.State) bool {
	switch s {
	case plan.Draft, plan.Planned, plan.Active, plan.Approved, plan.Deploying, plan.Held:
		return true
	}
	return false
}

func identifiers(rs []plan.Release) []id.Release {
	out := make([]id.Release, len(rs))
	for i, r := range rs {
		out[i] = r.ID
	}
	return out
}

package scope

import (
	"time"

	"slipway/internal/plan"
)

const week = 7 * 24 * time.Hour

// RiskPart is what one kind of thing adds to the risk score before and after a change.
type RiskPart struct {
	Name   string `json:"name"`
	Before int    `json:"before"`
	After  int    `json:"after"`
}

// score is the risk that lies in a scope, by part. The weights are ours: an open defect in what is to go out weighs three times
// an open story, what cannot be traced to a commit half as much as a defect, and what changes late as much as two open stories.
type score [4]int

var scoreParts = [4]string{"open defects", "open work", "items without a commit", "late change"}

// scored counts the points of a scope. changed items count as late where the window is near or the release approved.
func scored(items []plan.ScopeItem, changed int, near bool) score {
	var s score
	for _, i := range items {
		switch {
		case i.State != plan.ScopeOpen:
		case i.Kind == plan.Defect:
			s[0] += 6
		default:
			s[1] += 2
		}
		if len(i.Commits) == 0 && i.NoCommit == "" {
			s[2] += 3
		}
	}
	if near {
		s[3] = 4 * changed
	}
	return s
}

// total is the score, 0 to 100.
func (s score) total() int { return min(100, s[0]+s[1]+s[2]+s[3]) }

// to returns the parts that differ.
func (s score) to(after score) []RiskPart {
	var out []RiskPart
	for i, name := range scoreParts {
		if s[i] != after[i] {
			out = append(out, RiskPart{name, s[i], after[i]})
		}
	}
	return out
}

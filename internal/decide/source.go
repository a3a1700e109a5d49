package decide

import (
	"slipway/internal/gate"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

// Lower returns the sources of the sections that plan and gate own. Those of the areas beside or above this one are added by the wiring.
func Lower() []Source {
	return []Source{
		planned(plan.SectionScope, plan.ScopeSection), planned(plan.SectionManifest, plan.ManifestSection),
		planned(plan.SectionWindow, plan.WindowSection), planned(plan.SectionPlan, plan.PlanSection),
		{Name: gate.Section, Content: gate.CriteriaSection, Authors: gate.Authors, Changes: func(tx *db.Tx, r id.Release, since db.Time) ([]Change, error) {
			rows, err := gate.ChangesSince(tx, r, since)
			out := make([]Change, len(rows))
			for i, c := range rows {
				out[i] = Change{At: c.At, Person: c.Person, Reason: c.Reason}
			}
			return out, err
		}},
	}
}

func planned(section string, content func(*db.Tx, id.Release) (any, error)) Source {
	return Source{Name: section, Content: content,
		Authors: func(tx *db.Tx, r id.Release, since db.Time) ([]id.Person, error) {
			return plan.Authors(tx, r, section, since)
		},
		Changes: func(tx *db.Tx, r id.Release, since db.Time) ([]Change, error) {
			rows, err := plan.ChangesSince(tx, r, section, since)
			out := make([]Change, len(rows))
			for i, c := range rows {
				out[i] = Change{At: c.At, Person: c.Person, Reason: c.Reason}
			}
			return out, err
		},
	}
}

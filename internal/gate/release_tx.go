package gate

import (
	"slices"
	"strings"

	"slipway/internal/gate/statement"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

// ReleaseCreated gives a release the criteria of its template, and those that its approvals and its poll imply.
func (g *Gate) ReleaseCreated(tx *db.Tx, r plan.Release, t plan.Template) error {
	for i, s := range slices.Concat(t.Criteria, statement.Implied(t)) {
		c := Criterion{ID: id.New[string](), Release: r.ID, Key: s.Key, Position: i + 1, Spec: statement.Normal(s), Since: tx.Now, Rev: 1, ChangedAt: tx.Now, ChangedBy: actor(tx)}
		if err := insertCriterion(tx, c); err != nil {
			return err
		}
		if err := record(tx, r, c.Key, nil, &c.Spec, "From the template "+t.Key, ""); err != nil {
			return err
		}
	}
	return nil
}

// ReleaseChanged does nothing: that evidence is stale and when a criterion is due are computed.
func (g *Gate) ReleaseChanged(*db.Tx, plan.Release, []string) error { return nil }

// ReleaseEnded does nothing: what was proven stays on record.
func (g *Gate) ReleaseEnded(*db.Tx, plan.Release) error { return nil }

// CriteriaSection returns the signed content of the criteria of a release: their statements by key. Their order, evidence,
// confirmations and waivers are no part of it. It checks no permission.
func CriteriaSection(tx *db.Tx, r id.Release) (any, error) {
	of, err := criteriaOf(tx, []plan.Release{{ID: r}})
	if err != nil {
		return nil, err
	}
	out := make([]plan.CriterionSpec, len(of[r]))
	for i, c := range of[r] {
		out[i] = c.Spec
	}
	slices.SortFunc(out, func(a, b plan.CriterionSpec) int { return strings.Compare(a.Key, b.Key) })
	return out, nil
}

// VerdictTx computes the verdict of a release now; once the release was deployed and its window is over, as of the window's
// last instant. Texts name people; owners are keys of roles or people. It checks no permission.
func (g *Gate) VerdictTx(tx *db.Tx, r plan.Release) (Verdict, error) {
	return g.named(tx, r)
}

// Sealed computes the verdict as VerdictTx does, with people's identifiers in the place of their names, for what is kept.
func (g *Gate) Sealed(tx *db.Tx, r plan.Release) (Verdict, error) {
	of, err := g.verdicts(tx, []plan.Release{r})
	return of[r.ID], err
}

// Before computes the verdict without the criteria that ask for the go/no-go, as a poll needs it before it is decided.
func (g *Gate) Before(tx *db.Tx, r plan.Release) (Verdict, error) {
	return g.named(tx, r, plan.KindPoll)
}

// Standing is the verdict of a release as a list shows it: its word and the numbers of criteria by state.
type Standing struct {
	Word    Word `json:"word"`
	Met     int  `json:"met"`
	Waived  int  `json:"waived"`
	AtRisk  int  `json:"atRisk"`
	NotMet  int  `json:"notMet"`
	Pending int  `json:"pending"`
}

// Standings computes the verdicts of a page of releases in a number of statements that does not depend on how many they are. It
// checks no permission.
func (g *Gate) Standings(tx *db.Tx, rs []plan.Release) (map[id.Release]Standing, error) {
	of, err := g.verdicts(tx, rs)
	if err != nil {
		return nil, err
	}
	out := make(map[id.Release]Standing, len(rs))
	for r, v := range of {
		t := v.All
		out[r] = Standing{Word: v.Word, Met: t.Met, Waived: t.Waived, AtRisk: t.AtRisk, NotMet: t.NotMet, Pending: t.Pending}
	}
	return out, nil
}

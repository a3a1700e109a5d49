package app

import (
	"strings"

	"slipway/internal/calendar"
	"slipway/internal/clearance"
	"slipway/internal/decide"
	"slipway/internal/deploy"
	"slipway/internal/gate"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/risk"
)

// sections are what approvals and decisions are bound to: those of plan and gate, and those of the areas beside them.
func sections() []decide.Source {
	s := decide.Lower()
	for name, content := range map[string]func(*db.Tx, id.Release) (any, error){
		"runbook": deploy.RunbookSection, "back-out": deploy.BackoutSection,
	} {
		s = append(s, decide.Source{Name: name, Content: content,
			Authors: func(tx *db.Tx, r id.Release, since db.Time) ([]id.Person, error) {
				return deploy.Authors(tx, r, name, since)
			},
			Changes: func(tx *db.Tx, r id.Release, since db.Time) ([]decide.Change, error) {
				rows, err := deploy.ChangesSince(tx, r, name, since)
				out := make([]decide.Change, len(rows))
				for i, c := range rows {
					out[i] = decide.Change{At: c.At, Person: c.Person, Reason: c.Reason}
				}
				return out, err
			}})
	}
	return append(s, decide.Source{Name: "risk", Content: risk.Section, Authors: risk.Authors})
}

// sources are what the verdict needs of the areas beside and above the gate.
func (a *App) sources() gate.Sources {
	return gate.Sources{Windows: a.windows, Risks: blockers, Decisions: a.Decisions, BackOuts: backOuts{}, Content: a.Decisions.ContentDigest}
}

// windows say what the calendar allows in the windows of releases.
func (a *App) windows(tx *db.Tx, rs []plan.Release) (map[id.Release]gate.Window, error) {
	stands, err := a.Calendar.WindowStates(tx, rs, tx.Now)
	if err != nil {
		return nil, err
	}
	out := make(map[id.Release]gate.Window, len(rs))
	for _, r := range rs {
		w := stands[r.ID]
		g := gate.Window{Start: r.Window.Start.Std(), End: r.Window.End.Std(), Closed: w.State == calendar.Closed,
			NeedsApproval: w.State == calendar.NeedsApproval, ValidUntil: w.ValidUntil.Std()}
		var texts []string
		for _, x := range w.Reasons {
			if x.State == w.State && w.State != calendar.Open {
				texts = append(texts, x.Text)
				g.Owner = x.Owner
			}
		}
		g.Text = strings.Join(texts, " ")
		out[r.ID] = g
	}
	return out, nil
}

func blockers(tx *db.Tx, rs []plan.Release) (map[id.Release][]gate.Risk, error) {
	ids := make([]id.Release, len(rs))
	for i, r := range rs {
		ids[i] = r.ID
	}
	found, err := risk.BlockersOf(tx, ids...)
	if err != nil {
		return nil, err
	}
	out := map[id.Release][]gate.Risk{}
	for r, list := range found {
		for _, x := range list {
			out[r] = append(out[r], gate.Risk{ID: x.Key, Title: x.Title, Owner: string(x.Owner), Next: x.Mitigation, Since: x.BlocksSince.Std(), Blocking: true, Open: true})
		}
	}
	return out, nil
}

type backOuts struct{}

// BackOuts implements gate.BackOuts. A runbook has no owner: the criterion's is told.
func (backOuts) BackOuts(tx *db.Tx, rs []plan.Release) (map[id.Release]gate.BackOut, error) {
	ids := make([]id.Release, len(rs))
	for i, r := range rs {
		ids[i] = r.ID
	}
	found, err := deploy.Backouts(tx, ids...)
	if err != nil {
		return nil, err
	}
	out := make(map[id.Release]gate.BackOut, len(found))
	for r, b := range found {
		out[r] = gate.BackOut{Present: b.Present, Changed: b.Changed.Std(), Rehearsed: b.Rehearsed.Std(), RehearsalFailed: b.Failed}
	}
	return out, nil
}

// standing says how a release stands before a deployment: its verdict, its decision, and what changed since.
func (a *App) standing(tx *db.Tx, r plan.Release) (clearance.Standing, error) {
	v, err := a.Gate.VerdictTx(tx, r)
	if err != nil {
		return clearance.Standing{}, err
	}
	s := clearance.Standing{Verdict: string(v.Word), ValidUntil: v.ValidUntil}
	for _, x := range v.Reasons {
		s.Reasons = append(s.Reasons, clearance.Reason{Code: x.Code, Text: x.Text, Next: x.Next})
	}
	polls, err := a.Decisions.Polls(tx, []plan.Release{r})
	if err != nil {
		return s, err
	}
	if p, ok := polls[r.ID]; ok && p.Decided {
		s.Decision, s.Stale = p.Outcome, p.Stale
		return s, nil
	}
	t, err := plan.TemplateOf(tx, r)
	if err != nil || t.Poll != nil {
		return s, err
	}
	// Without a go/no-go the signatures that the template asks for are the decision.
	roles, err := a.Decisions.RoleStates(tx, r)
	if err != nil {
		return s, err
	}
	s.Decision, s.Unsigned = "go", len(roles) == 0
	for _, x := range roles {
		if x.State != decide.Valid {
			s.Decision = ""
			s.Reasons = append(s.Reasons, clearance.Reason{Code: "approval.missing", Text: x.Name + " has not signed the release as it is now.", Next: x.Name + " signs."})
		}
	}
	return s, nil
}

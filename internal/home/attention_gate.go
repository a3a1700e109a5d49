package home

import (
	"fmt"
	"strings"

	"slipway/internal/calendar"
	"slipway/internal/decide"
	"slipway/internal/gate"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
)

// gate adds the criteria that somebody has to confirm or prove, and the release itself if it cannot go.
func (g *gathering) gate(r plan.Release) error {
	if g.h.areas.Gate == nil {
		return nil
	}
	ready, err := g.h.areas.Gate.ReadinessTx(g.tx, r)
	if err != nil {
		return err
	}
	for _, c := range ready.Criteria {
		if err := g.criterion(r, c, ready.Answer(c.Key)); err != nil {
			return err
		}
	}
	if ready.Verdict.Word != gate.NoGo || !g.within(r.Window.Start, pressing) || r.State == plan.Planned {
		return nil
	}
	mine := r.Owner == g.me.Person
	if !mine {
		if mine, err = auth.Allowed(g.tx, "plan.advance", plan.Scope(r)); err != nil {
			return err
		}
	}
	owner, err := g.name(r.Owner)
	if err != nil {
		return err
	}
	why := unmet(ready.Verdict)
	if g.polls[r.ID] {
		why += " The go/no-go is open now."
	}
	g.add(Item{Kind: KindVerdict, Weight: Stops, Title: r.Name + " cannot go as it stands", Why: why, Who: owner, Mine: mine,
		Due: r.Window.Start, DueFor: "window", Release: r.Key, Poll: g.polls[r.ID]})
	return nil
}

// unmet names what makes a verdict NO-GO, in a sentence.
func unmet(v gate.Verdict) string {
	var titles []string
	for _, a := range v.Answers {
		if a.Mandatory && a.State == gate.NotMet {
			titles = append(titles, a.Title)
		}
	}
	switch n := len(titles); {
	case n == 0 && len(v.Reasons) > 0:
		return v.Reasons[0].Text
	case n == 0:
		return "Its verdict is NO-GO."
	case n == 1:
		return "1 mandatory criterion not met: " + titles[0] + "."
	case n > 3:
		return fmt.Sprintf("%d mandatory criteria not met: %s and %d more.", n, strings.Join(titles[:2], ", "), n-2)
	default:
		return fmt.Sprintf("%d mandatory criteria not met: %s.", n, strings.Join(titles, ", "))
	}
}

func (g *gathering) criterion(r plan.Release, c gate.Criterion, a gate.Answer) error {
	if a.State != gate.NotMet && a.State != gate.Awaited {
		return nil
	}
	due := c.Due(r)
	if due.IsZero() {
		due = r.Window.Start
	}
	if !due.IsZero() && !g.within(due, near/2) {
		return nil
	}
	i := Item{Due: due, Release: r.Key, Ref: c.Key, Who: a.Owner, Weight: Waits}
	if a.State == gate.NotMet {
		i.Weight = Presses
	}
	if len(a.Reasons) > 0 {
		i.Why = a.Reasons[0].Text
	}
	switch {
	case c.Spec.Kind == plan.KindConfirmation:
		i.Kind, i.Title = KindCriterion, "Confirm for "+r.Name+": "+c.Spec.Name
		if i.Who == "" {
			i.Who = c.Spec.Role
		}
		why, err := gate.MayConfirm(g.tx, r, c)
		if err != nil {
			return err
		}
		i.Mine = why == ""
	case c.Proven():
		i.Kind, i.Title = KindEvidence, "Prove for "+r.Name+": "+c.Spec.Name
		mine, err := g.holds(c.Spec.Owner, plan.Scope(r))
		if err != nil {
			return err
		}
		i.Mine = mine
	default:
		return nil
	}
	g.add(i)
	return nil
}

// signatures adds what somebody has to sign, once it was asked for, was void, or the window is near.
func (g *gathering) signatures(r plan.Release) error {
	if g.h.areas.Decisions == nil {
		return nil
	}
	states, err := g.h.areas.Decisions.RoleStates(g.tx, r)
	if err != nil {
		return err
	}
	for _, s := range states {
		if s.Valid >= s.Need || s.State == decide.Declined {
			continue
		}
		i := Item{Kind: KindApproval, Weight: Waits, Title: "Sign for " + s.Name + ": " + r.Name, Who: s.Name, Release: r.Key, Ref: s.Role,
			Due: r.Window.Start, DueFor: "window", Why: "Covers " + listed(s.Sections) + "."}
		if r.Title != "" {
			i.Why = r.Title + ". " + i.Why
		}
		for _, a := range s.Asks {
			if !a.Due.IsZero() {
				i.Due, i.DueFor = a.Due, ""
				break
			}
		}
		if newest, ok := s.Newest(); ok && s.State == decide.Void {
			i.Kind, i.Weight = KindVoid, Presses
			i.Title = "Sign again for " + s.Name + ": " + r.Name
			i.Why = "Voided: " + listed(newest.Changed) + " changed after the signature."
		}
		why, err := g.h.areas.Decisions.WhySign(g.tx, r, s.Requirement)
		if err != nil {
			return err
		}
		i.Mine = why == ""
		g.add(i)
	}
	return nil
}

// conflicts adds what does not go together with a release whose window is near.
func (g *gathering) conflicts(r plan.Release) error {
	if g.h.areas.Calendar == nil || r.Window.IsZero() || !g.within(r.Window.Start, near/2) {
		return nil
	}
	cs, err := g.h.areas.Calendar.ConflictsOf(g.tx, r)
	if err != nil {
		return err
	}
	if len(cs) == 0 {
		return nil
	}
	// Who may move the window can resolve it: the owner, and whoever plans the release.
	plans, err := auth.Allowed(g.tx, "plan.edit", plan.Scope(r))
	if err != nil {
		return err
	}
	for _, c := range cs {
		if len(c.Releases) > 0 && c.Releases[0].ID != r.ID && r.Owner != g.me.Person {
			continue // told with the other release
		}
		i := Item{Kind: KindConflict, Weight: Presses, Title: conflictTitle(c), Why: c.Text, Due: c.From, DueFor: "window", Release: r.Key, Mine: plans || r.Owner == g.me.Person}
		if i.Who, err = g.name(r.Owner); err != nil {
			return err
		}
		if !g.told(i.Title) {
			g.add(i)
		}
	}
	return nil
}

// conflictTitle names the two sides of a conflict: "Ledger 26.11.2 overlaps Payments 26.11.0 on ledger".
func conflictTitle(c calendar.Conflict) string {
	on := ""
	if len(c.Services) > 0 {
		on = " on " + listed(c.Services)
	}
	switch {
	case len(c.Releases) > 1:
		return c.Releases[1].Name + " overlaps " + c.Releases[0].Name + on
	case len(c.Releases) == 1 && c.Code == calendar.ConflictApproval:
		return c.Releases[0].Name + " lies in a soft freeze"
	case len(c.Releases) == 1:
		return c.Releases[0].Name + " lies in closed time"
	}
	return c.Text
}

func (g *gathering) told(title string) bool {
	for _, i := range g.items {
		if i.Kind == KindConflict && i.Title == title {
			return true
		}
	}
	return false
}

// listed joins the names of sections as a sentence does.
func listed(names []string) string {
	switch n := len(names); n {
	case 0:
		return "everything"
	case 1:
		return names[0]
	default:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
}

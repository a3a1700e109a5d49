package item

import (
	"slices"
	"strings"
	"time"

	"slipway/internal/id"
	"slipway/internal/plan/fault"
	"slipway/internal/plan/release"
	"slipway/internal/plan/template"
	"slipway/internal/platform/db"
)

// effortMax is the greatest estimate of a scope item, in hours.
const effortMax = 10_000

// MakeScope looks up what the items name and returns them in the order of their keys.
func MakeScope(tx *db.Tx, f *fault.List, path string, in []ScopeSpec) []ScopeItem {
	if !f.Count(path, len(in), fault.ScopeMax) {
		return nil
	}
	var keys fault.Seen
	out := make([]ScopeItem, 0, len(in))
	for i, s := range in {
		p := fault.At(path, i)
		if keys.Twice(s.Key) {
			f.Say(p+".key", "key.twice", "The key %.60q is there twice.", s.Key)
		}
		out = append(out, scopeItem(tx, f, p+".", s))
	}
	slices.SortFunc(out, func(a, b ScopeItem) int { return strings.Compare(a.Key, b.Key) })
	return out
}

// scopeItem checks one statement; prefix is the place of its fields, with its dot.
func scopeItem(tx *db.Tx, f *fault.List, prefix string, s ScopeSpec) ScopeItem {
	it := ScopeItem{ID: id.New[string](), Key: s.Key, Title: s.Title, Kind: s.Kind, URL: s.URL, State: s.State, Effort: s.Effort, Commits: release.List(s.Commits), NoCommit: s.NoCommit,
		Rev: 1, ChangedAt: tx.Now, ChangedBy: release.Actor(tx)}
	if it.Kind == "" {
		it.Kind = Story
	}
	if it.State == "" {
		it.State = ScopeOpen
	}
	f.Tracker(prefix+"key", s.Key)
	f.Text(prefix+"title", s.Title, fault.LineMax, true)
	f.Choice(prefix+"kind", it.Kind, []string{Story, Defect, ChangeOf})
	f.Choice(prefix+"state", it.State, []string{ScopeOpen, ScopeDone})
	f.URL(prefix+"url", s.URL)
	f.Text(prefix+"noCommit", s.NoCommit, fault.LineMax, false)
	if s.Effort < 0 || s.Effort > effortMax {
		f.Say(prefix+"effort", "scope.effort_out_of_range", "An estimate is 0 to %d hours.", effortMax)
	}
	if f.Count(prefix+"commits", len(s.Commits), fault.CommitMax) {
		for i, c := range s.Commits {
			f.Commit(fault.At(prefix+"commits", i), c)
		}
	}
	if s.Service != "" {
		svc := f.Service(tx, prefix+"service", s.Service)
		it.Service, it.ServiceKey, it.ServiceName = svc.ID, svc.Key, svc.Name
	}
	it.Owner = f.Person(tx, prefix+"owner", s.Owner)
	return it
}

// MakeMilestones returns the milestones that are stated, dated from the window.
func MakeMilestones(tx *db.Tx, f *fault.List, in []template.MilestoneSpec, w release.Window) []Milestone {
	out := make([]Milestone, len(in))
	for i, m := range in {
		out[i] = Milestone{ID: id.New[string](), Key: m.Key, Name: m.Name, Owner: f.Person(tx, fault.At("milestones", i)+".owner", m.Owner),
			PlannedAt: m.At, Offset: m.Offset, Rev: 1, ChangedAt: tx.Now, ChangedBy: release.Actor(tx)}
		if m.Offset != "" {
			out[i].PlannedAt = m.Offset.From(w.Start)
		}
	}
	return out
}

// MakeDeliverables returns the deliverables that are stated.
func MakeDeliverables(tx *db.Tx, f *fault.List, in []template.DeliverableSpec) []Deliverable {
	out := make([]Deliverable, len(in))
	for i, d := range in {
		out[i] = Deliverable{ID: id.New[string](), Key: d.Key, Name: d.Name, Owner: f.Person(tx, fault.At("deliverables", i)+".owner", d.Owner),
			State: d.State, URL: d.URL, Rev: 1, ChangedAt: tx.Now, ChangedBy: release.Actor(tx)}
		if d.State == "" {
			out[i].State = template.DeliverableOpen
		}
	}
	return out
}

// PhasesOf returns the phases of a template, not dated yet.
func PhasesOf(t template.Template) []Phase {
	out := make([]Phase, len(t.Phases))
	for i, s := range t.Phases {
		out[i] = Phase{Key: s.Key, Name: s.Name, Days: s.Days, Start: s.Start, Entry: s.Entry, Exit: s.Exit}
	}
	return out
}

// Dated dates phases from a window: those with a start begin at that distance from it, the others end where the
// next one begins, the last where the window begins. One with a start and no days ends where the next begins too. Without a
// window nothing is dated.
func Dated(ps []Phase, w release.Window) []Phase {
	end := w.Start
	for i := len(ps) - 1; i >= 0; i-- {
		p := &ps[i]
		p.PlannedStart, p.PlannedEnd = 0, 0
		if w.IsZero() {
			continue
		}
		length := time.Duration(p.Days) * 24 * time.Hour
		if p.Start != "" {
			p.PlannedStart = p.Start.From(w.Start)
			p.PlannedEnd = p.PlannedStart.Add(length)
			if p.Days == 0 && i < len(ps)-1 && end.After(p.PlannedStart) {
				p.PlannedEnd = end
			}
		} else {
			p.PlannedStart, p.PlannedEnd = end.Add(-length), end
		}
		end = p.PlannedStart
	}
	return ps
}

// MadeScope returns the scope item that is stated, checked. It fails with errs.Invalid.
func MadeScope(tx *db.Tx, in ScopeSpec) (ScopeItem, error) {
	var f fault.List
	it := scopeItem(tx, &f, "", in)
	return it, f.Err()
}

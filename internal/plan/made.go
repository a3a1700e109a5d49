package plan

import (
	"slices"
	"strings"
	"time"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// windowMax is the greatest length of a window.
const windowMax = 31 * 24 * time.Hour

func (f *faults) head(r Release) {
	f.text("name", r.Name, 200, true)
	f.text("title", r.Title, 200, false)
	f.At("version", catalog.CheckVersion("version", r.Version))
	if r.Runbook != "" {
		f.key("runbook", r.Runbook)
	}
}

func (f *faults) window(path string, w Window) {
	if w.IsZero() {
		return
	}
	switch {
	case w.Start.IsZero():
		f.Say(path+".start", "window.half", "A window has a start and an end.")
		return
	case w.End.IsZero():
		f.Say(path+".end", "window.half", "A window has a start and an end.")
		return
	case !w.End.After(w.Start):
		f.Say(path+".end", "window.reversed", "The window ends at %s, which is not after its start at %s.", w.End.Std().Format(time.RFC3339), w.Start.Std().Format(time.RFC3339))
	case w.End.Sub(w.Start) > windowMax:
		f.Say(path+".end", "window.too_long", "A window of a release lasts at most 31 days.")
	}
	f.instant(path+".start", w.Start)
	f.instant(path+".end", w.End)
}

// environments looks the environments up, in the order stated.
func (f *faults) environments(tx *db.Tx, path string, refs []string) (ids []id.Environment, keys []string) {
	if !f.count(path, len(refs), linesMax) {
		return nil, nil
	}
	for i, ref := range refs {
		e, err := catalog.EnvironmentByRef(tx, ref)
		switch {
		case errs.Is(err, errs.CodeNotFound):
			f.Say(at(path, i), "environment.unknown", "There is no environment %.60q.", ref)
		case err != nil:
			f.At(at(path, i), err)
		case slices.Contains(ids, e.ID):
			f.Say(at(path, i), "environment.twice", "The environment %s is there twice.", e.Key)
		default:
			ids, keys = append(ids, e.ID), append(keys, e.Key)
		}
	}
	return ids, keys
}

// manifest looks the services up and returns the items in the order of their keys.
func (f *faults) manifest(tx *db.Tx, path string, in []ItemSpec) []ManifestItem {
	if !f.count(path, len(in), itemsMax) {
		return nil
	}
	var keys seen
	out := make([]ManifestItem, 0, len(in))
	for i, s := range in {
		p := at(path, i)
		f.At(p+".version", catalog.CheckVersion("version", s.Version))
		f.At(p+".digest", catalog.CheckDigest("digest", s.Digest))
		if s.Commit != "" {
			f.commit(p+".commit", s.Commit)
		}
		svc := f.service(tx, p+".service", s.Service)
		if svc.ID != "" && keys.twice(svc.Key) {
			f.Say(p+".service", "service.twice", "The service %s is there twice. A release carries one version of a service.", svc.Key)
		}
		out = append(out, ManifestItem{Service: svc.ID, ServiceKey: svc.Key, ServiceName: svc.Name, Version: s.Version, Digest: s.Digest, Commit: s.Commit})
	}
	slices.SortFunc(out, func(a, b ManifestItem) int { return strings.Compare(a.ServiceKey, b.ServiceKey) })
	return out
}

// scope looks up what the items name and returns them in the order of their keys.
func (f *faults) scope(tx *db.Tx, path string, in []ScopeSpec) []ScopeItem {
	if !f.count(path, len(in), scopeMax) {
		return nil
	}
	var keys seen
	out := make([]ScopeItem, 0, len(in))
	for i, s := range in {
		p := at(path, i)
		if keys.twice(s.Key) {
			f.Say(p+".key", "key.twice", "The key %.60q is there twice.", s.Key)
		}
		out = append(out, f.scopeItem(tx, p+".", s))
	}
	slices.SortFunc(out, func(a, b ScopeItem) int { return strings.Compare(a.Key, b.Key) })
	return out
}

// scopeItem checks one statement; prefix is the place of its fields, with its dot.
func (f *faults) scopeItem(tx *db.Tx, prefix string, s ScopeSpec) ScopeItem {
	it := ScopeItem{ID: id.New[string](), Key: s.Key, Title: s.Title, Kind: s.Kind, URL: s.URL, State: s.State, Commits: list(s.Commits), NoCommit: s.NoCommit,
		Rev: 1, ChangedAt: tx.Now, ChangedBy: actor(tx)}
	if it.Kind == "" {
		it.Kind = Story
	}
	if it.State == "" {
		it.State = ScopeOpen
	}
	f.tracker(prefix+"key", s.Key)
	f.text(prefix+"title", s.Title, lineMax, true)
	f.choice(prefix+"kind", it.Kind, []string{Story, Defect, ChangeOf})
	f.choice(prefix+"state", it.State, []string{ScopeOpen, ScopeDone})
	f.url(prefix+"url", s.URL)
	f.text(prefix+"noCommit", s.NoCommit, lineMax, false)
	if f.count(prefix+"commits", len(s.Commits), commitMax) {
		for i, c := range s.Commits {
			f.commit(at(prefix+"commits", i), c)
		}
	}
	if s.Service != "" {
		svc := f.service(tx, prefix+"service", s.Service)
		it.Service, it.ServiceKey, it.ServiceName = svc.ID, svc.Key, svc.Name
	}
	it.Owner = f.person(tx, prefix+"owner", s.Owner)
	return it
}

func (f *faults) madeMilestones(tx *db.Tx, in []MilestoneSpec, w Window) []Milestone {
	out := make([]Milestone, len(in))
	for i, m := range in {
		out[i] = Milestone{ID: id.New[string](), Key: m.Key, Name: m.Name, Owner: f.person(tx, at("milestones", i)+".owner", m.Owner),
			PlannedAt: m.At, Offset: m.Offset, Rev: 1, ChangedAt: tx.Now, ChangedBy: actor(tx)}
		if m.Offset != "" {
			out[i].PlannedAt = m.Offset.From(w.Start)
		}
	}
	return out
}

func (f *faults) madeDeliverables(tx *db.Tx, in []DeliverableSpec) []Deliverable {
	out := make([]Deliverable, len(in))
	for i, d := range in {
		out[i] = Deliverable{ID: id.New[string](), Key: d.Key, Name: d.Name, Owner: f.person(tx, at("deliverables", i)+".owner", d.Owner),
			State: d.State, URL: d.URL, Rev: 1, ChangedAt: tx.Now, ChangedBy: actor(tx)}
		if d.State == "" {
			out[i].State = DeliverableOpen
		}
	}
	return out
}

func phasesOf(t Template) []Phase {
	out := make([]Phase, len(t.Phases))
	for i, s := range t.Phases {
		out[i] = Phase{Key: s.Key, Name: s.Name, Days: s.Days, Start: s.Start, Entry: s.Entry, Exit: s.Exit}
	}
	return out
}

// plannedPhases dates phases from a window: those with a start begin at that distance from it, the others end where the
// next one begins, the last where the window begins. Without a window nothing is dated.
func plannedPhases(ps []Phase, w Window) []Phase {
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
		} else {
			p.PlannedStart, p.PlannedEnd = end.Add(-length), end
		}
		end = p.PlannedStart
	}
	return ps
}

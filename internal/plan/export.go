package plan

import (
	"cmp"
	"slices"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan/item"
	"slipway/internal/plan/release"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// exportPage is how many releases an export reads at a time.
const exportPage = 200

func exportReleases(tx *db.Tx) ([]any, error) {
	var docs []releaseDoc
	people := map[id.Person]string{}
	for f := (Filter{Limit: exportPage}); ; {
		rs, err := Releases(tx, f)
		if err != nil {
			return nil, err
		}
		for _, r := range rs {
			s, err := stated(tx, r, people)
			if err != nil {
				return nil, err
			}
			docs = append(docs, releaseDoc{"release", s})
			f.AfterSort, f.AfterID = r.Order(), string(r.ID)
		}
		if len(rs) < exportPage {
			break
		}
	}
	slices.SortFunc(docs, func(a, b releaseDoc) int { return cmp.Compare(a.Key, b.Key) })
	out := make([]any, len(docs))
	for i, d := range docs {
		out[i] = d
	}
	return out, nil
}

// stated returns a release as a person would state it.
func stated(tx *db.Tx, r Release, people map[id.Person]string) (Spec, error) {
	var failed error
	who := func(p id.Person) string {
		key, ok := people[p]
		if ok || p == "" {
			return key
		}
		x, err := auth.PersonByID(tx, p)
		if err != nil && !errs.Is(err, errs.CodeNotFound) {
			failed = err
		}
		people[p] = x.Key
		return x.Key
	}
	s := Spec{Key: r.Key, Product: r.ProductKey, Name: r.Name, Title: r.Title, Version: r.Version, Template: r.Template, Owner: who(r.Owner),
		Environments: release.List(r.EnvironmentKeys), Services: []ItemSpec{}, Scope: []ScopeSpec{}, Milestones: []MilestoneSpec{}, Deliverables: []DeliverableSpec{}, Runbook: r.Runbook}
	if !r.Window.IsZero() {
		w := r.Window
		s.Window = &w
	}
	c, err := release.ContentOf(tx, r.ID)
	if err != nil {
		return s, err
	}
	s.Objectives, s.SuccessCriteria = release.List(c.Objectives), release.List(c.SuccessCriteria)
	items, err := release.Manifest(tx, r.ID)
	for _, m := range items {
		s.Services = append(s.Services, ItemSpec{Service: m.ServiceKey, Version: m.Version, Digest: m.Digest, Commit: m.Commit})
	}
	if err != nil {
		return s, err
	}
	scope, err := item.Scope(tx, r.ID, ScopeFilter{})
	for _, i := range scope {
		s.Scope = append(s.Scope, ScopeSpec{Key: i.Key, Title: i.Title, Kind: i.Kind, URL: i.URL, Service: i.ServiceKey, Owner: who(i.Owner), State: i.State, Effort: i.Effort, Commits: i.Commits, NoCommit: i.NoCommit})
	}
	if err != nil {
		return s, err
	}
	milestones, err := item.MilestonesByKey(tx, r.ID)
	for _, m := range milestones {
		x := MilestoneSpec{Key: m.Key, Name: m.Name, Owner: who(m.Owner), Offset: m.Offset}
		if m.Offset == "" {
			x.At = m.PlannedAt
		}
		s.Milestones = append(s.Milestones, x)
	}
	if err != nil {
		return s, err
	}
	deliverables, err := item.Deliverables(tx, r.ID)
	for _, d := range deliverables {
		s.Deliverables = append(s.Deliverables, DeliverableSpec{Key: d.Key, Name: d.Name, Owner: who(d.Owner), State: d.State, URL: d.URL})
	}
	return s, cmp.Or(err, failed)
}

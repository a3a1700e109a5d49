package item

import (
	"slipway/internal/id"
	"slipway/internal/plan/release"
	"slipway/internal/plan/template"
	"slipway/internal/platform/db"
)

// ScopeContent is what is signed of a scope item. Its state, owner and commits are facts about the work, not the promise.
type ScopeContent struct {
	Key     string `json:"key"`
	Title   string `json:"title"`
	Kind    string `json:"kind"`
	URL     string `json:"url,omitempty"`
	Service string `json:"service,omitempty"` // key
}

// Content returns what is signed of it.
func (i ScopeItem) Content() ScopeContent {
	return ScopeContent{Key: i.Key, Title: i.Title, Kind: i.Kind, URL: i.URL, Service: i.ServiceKey}
}

// PlanContent is what is signed of the plan. Dates that follow the window are kept as their distance from it, so that a
// move of the window is a change of the window alone.
type PlanContent struct {
	Name            string               `json:"name"`
	Title           string               `json:"title"`
	Version         string               `json:"version"`
	Objectives      []string             `json:"objectives"`
	SuccessCriteria []string             `json:"successCriteria"`
	Phases          []PhaseContent       `json:"phases"`
	Milestones      []MilestoneContent   `json:"milestones"`
	Deliverables    []DeliverableContent `json:"deliverables"`
}

// PhaseContent is what is signed of a phase.
type PhaseContent struct {
	Key   string          `json:"key"`
	Name  string          `json:"name"`
	Days  int             `json:"days"`
	Start template.Offset `json:"start,omitempty"`
	Entry []string        `json:"entry,omitempty"`
	Exit  []string        `json:"exit,omitempty"`
}

// MilestoneContent is what is signed of a milestone.
type MilestoneContent struct {
	Key    string          `json:"key"`
	Name   string          `json:"name"`
	Owner  id.Person       `json:"owner,omitempty"`
	Offset template.Offset `json:"offset,omitempty"`
	At     db.Time         `json:"at,omitzero"` // where it does not follow the window
}

// Content returns what is signed of it.
func (m Milestone) Content() MilestoneContent {
	c := MilestoneContent{Key: m.Key, Name: m.Name, Owner: m.Owner, Offset: m.Offset}
	if m.Offset == "" {
		c.At = m.PlannedAt
	}
	return c
}

// DeliverableContent is what is signed of a deliverable.
type DeliverableContent struct {
	Key   string    `json:"key"`
	Name  string    `json:"name"`
	Owner id.Person `json:"owner,omitempty"`
}

// Content returns what is signed of it.
func (d Deliverable) Content() DeliverableContent {
	return DeliverableContent{Key: d.Key, Name: d.Name, Owner: d.Owner}
}

// PlanContentOf returns what is signed of a release's plan. It checks no permission.
func PlanContentOf(tx *db.Tx, r release.Release) (PlanContent, error) {
	out := PlanContent{Name: r.Name, Title: r.Title, Version: r.Version, Phases: []PhaseContent{}, Milestones: []MilestoneContent{}, Deliverables: []DeliverableContent{}}
	c, err := release.ContentOf(tx, r.ID)
	if err != nil {
		return out, err
	}
	out.Objectives, out.SuccessCriteria = release.List(c.Objectives), release.List(c.SuccessCriteria)
	phases, err := Phases(tx, r.ID)
	if err != nil {
		return out, err
	}
	for _, p := range phases {
		out.Phases = append(out.Phases, p.Content())
	}
	milestones, err := MilestonesByKey(tx, r.ID)
	if err != nil {
		return out, err
	}
	for _, m := range milestones {
		out.Milestones = append(out.Milestones, m.Content())
	}
	deliverables, err := Deliverables(tx, r.ID)
	for _, d := range deliverables {
		out.Deliverables = append(out.Deliverables, d.Content())
	}
	return out, err
}

// ScopeContents returns what is signed of scope items.
func ScopeContents(items []ScopeItem) []ScopeContent {
	out := make([]ScopeContent, len(items))
	for i, it := range items {
		out[i] = it.Content()
	}
	return out
}

package plan

import (
	"crypto/sha256"
	"encoding/hex"

	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// The sections that this area owns. SectionRunbook names the choice of a runbook; its content is the runbook's area's.
const (
	SectionScope    = "scope"
	SectionManifest = "manifest"
	SectionWindow   = "window"
	SectionPlan     = "plan"
	SectionRunbook  = "runbook"
)

// SectionNames returns every section of a release's content, in the order of pages.
func SectionNames() []string {
	return []string{SectionScope, SectionManifest, SectionWindow, SectionPlan, SectionRunbook, "back-out", "criteria", "risk"}
}

// ScopeContent is what is signed of a scope item. Its state, owner and commits are facts about the work, not the promise.
type ScopeContent struct {
	Key     string `json:"key"`
	Title   string `json:"title"`
	Kind    string `json:"kind"`
	URL     string `json:"url,omitempty"`
	Service string `json:"service,omitempty"` // key
}

func (i ScopeItem) content() ScopeContent {
	return ScopeContent{Key: i.Key, Title: i.Title, Kind: i.Kind, URL: i.URL, Service: i.ServiceKey}
}

// ScopeSection returns the signed content of the scope: its items by key. It checks no permission.
func ScopeSection(tx *db.Tx, r id.Release) (any, error) {
	items, err := scopeItems(tx, r, ScopeFilter{})
	out := make([]ScopeContent, len(items))
	for i, it := range items {
		out[i] = it.content()
	}
	return out, err
}

// ManifestContent is what is signed of an item of the manifest.
type ManifestContent struct {
	Service string `json:"service"` // key
	Version string `json:"version"`
	Digest  string `json:"digest,omitempty"`
	Commit  string `json:"commit,omitempty"`
}

func (m ManifestItem) content() ManifestContent {
	return ManifestContent{Service: m.ServiceKey, Version: m.Version, Digest: m.Digest, Commit: m.Commit}
}

// ManifestSection returns the signed content of the manifest: its items by the service's key. It checks no permission.
func ManifestSection(tx *db.Tx, r id.Release) (any, error) {
	items, err := manifestOf(tx, r)
	return manifestContent(items), err
}

func manifestContent(items []ManifestItem) []ManifestContent {
	out := make([]ManifestContent, len(items))
	for i, m := range items {
		out[i] = m.content()
	}
	return out
}

// digestOf returns the digest of a manifest whose items are in the order of the services' keys.
func digestOf(items []ManifestItem) (string, error) {
	c, err := db.Canonical(manifestContent(items))
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(c)
	return "sha256:" + hex.EncodeToString(sum[:]), nil
}

// WindowContent is what is signed of when and where.
type WindowContent struct {
	Start        db.Time  `json:"start"`
	End          db.Time  `json:"end"`
	Environments []string `json:"environments"` // keys, in the order of promotion
}

func (r Release) windowContent() WindowContent {
	return WindowContent{Start: r.Window.Start, End: r.Window.End, Environments: list(r.EnvironmentKeys)}
}

// WindowSection returns the signed content of when and where. It checks no permission.
func WindowSection(tx *db.Tx, r id.Release) (any, error) {
	rel, err := releaseBy(tx, string(r))
	return rel.windowContent(), err
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
	Key   string   `json:"key"`
	Name  string   `json:"name"`
	Days  int      `json:"days"`
	Start Offset   `json:"start,omitempty"`
	Entry []string `json:"entry,omitempty"`
	Exit  []string `json:"exit,omitempty"`
}

// MilestoneContent is what is signed of a milestone.
type MilestoneContent struct {
	Key    string    `json:"key"`
	Name   string    `json:"name"`
	Owner  id.Person `json:"owner,omitempty"`
	Offset Offset    `json:"offset,omitempty"`
	At     db.Time   `json:"at,omitzero"` // where it does not follow the window
}

func (m Milestone) content() MilestoneContent {
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

func (d Deliverable) content() DeliverableContent {
	return DeliverableContent{Key: d.Key, Name: d.Name, Owner: d.Owner}
}

// PlanSection returns the signed content of the plan. It checks no permission.
func PlanSection(tx *db.Tx, ref id.Release) (any, error) {
	r, err := releaseBy(tx, string(ref))
	if err != nil {
		return nil, err
	}
	return planContent(tx, r)
}

func planContent(tx *db.Tx, r Release) (PlanContent, error) {
	out := PlanContent{Name: r.Name, Title: r.Title, Version: r.Version, Phases: []PhaseContent{}, Milestones: []MilestoneContent{}, Deliverables: []DeliverableContent{}}
	c, err := contentOf(tx, r.ID)
	if err != nil {
		return out, err
	}
	out.Objectives, out.SuccessCriteria = list(c.Objectives), list(c.SuccessCriteria)
	phases, err := Phases(tx, r.ID)
	if err != nil {
		return out, err
	}
	for _, p := range phases {
		out.Phases = append(out.Phases, PhaseContent{Key: p.Key, Name: p.Name, Days: p.Days, Start: p.Start, Entry: p.Entry, Exit: p.Exit})
	}
	milestones, err := milestonesByKey(tx, r.ID)
	if err != nil {
		return out, err
	}
	for _, m := range milestones {
		out.Milestones = append(out.Milestones, m.content())
	}
	deliverables, err := Deliverables(tx, r.ID)
	for _, d := range deliverables {
		out.Deliverables = append(out.Deliverables, d.content())
	}
	return out, err
}

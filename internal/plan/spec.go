package plan

import (
	"slipway/internal/platform/db"
)

// Spec is what a person states about a release, in files and when it is created. Absent lists come from the template.
type Spec struct {
	Key             string            `json:"key" yaml:"key" doc:"Human key, unique among releases" example:"payments-26.11.0"`
	Product         string            `json:"product" yaml:"product" doc:"Key or identifier of the product"`
	Name            string            `json:"name,omitempty" yaml:"name,omitempty" doc:"Name as pages show it; product and version unless stated"`
	Title           string            `json:"title,omitempty" yaml:"title,omitempty" doc:"What it brings, in a few words" example:"Instant payee verification"`
	Version         string            `json:"version" yaml:"version" doc:"Version of the release" example:"26.11.0"`
	Template        string            `json:"template" yaml:"template" doc:"Key of the template that it is made from" example:"standard"`
	Owner           string            `json:"owner,omitempty" yaml:"owner,omitempty" doc:"Key or identifier of the person who answers for it; who creates it unless stated"`
	Window          *Window           `json:"window,omitempty" yaml:"window,omitempty" doc:"When it is to be deployed"`
	Environments    []string          `json:"environments,omitempty" yaml:"environments,omitempty" doc:"Keys of the environments it goes to, in the order of promotion; those of the tier production unless stated"`
	Services        []ItemSpec        `json:"services,omitempty" yaml:"services,omitempty" doc:"The manifest"`
	Scope           []ScopeSpec       `json:"scope,omitempty" yaml:"scope,omitempty" doc:"Its scope items"`
	Objectives      []string          `json:"objectives,omitempty" yaml:"objectives,omitempty" doc:"What it is to achieve"`
	SuccessCriteria []string          `json:"successCriteria,omitempty" yaml:"successCriteria,omitempty" doc:"How its success is judged afterwards"`
	Milestones      []MilestoneSpec   `json:"milestones,omitempty" yaml:"milestones,omitempty" doc:"Its milestones"`
	Deliverables    []DeliverableSpec `json:"deliverables,omitempty" yaml:"deliverables,omitempty" doc:"What it must produce"`
	Runbook         string            `json:"runbook,omitempty" yaml:"runbook,omitempty" doc:"Key of the runbook; the template's unless stated"`
}

// ItemSpec is one item of a manifest as a person states it.
type ItemSpec struct {
	Service string `json:"service" yaml:"service" doc:"Key or identifier of the service"`
	Version string `json:"version" yaml:"version" doc:"The exact version" example:"8.32.0"`
	Digest  string `json:"digest,omitempty" yaml:"digest,omitempty" doc:"Digest of the artefact"`
	Commit  string `json:"commit,omitempty" yaml:"commit,omitempty" doc:"The commit that it was built from"`
}

// ScopeSpec is a scope item as a person states it.
type ScopeSpec struct {
	Key      string   `json:"key" yaml:"key" doc:"As the tracker says it" example:"PAY-2188"`
	Title    string   `json:"title" yaml:"title" doc:"What it is, in a sentence"`
	Kind     string   `json:"kind,omitempty" yaml:"kind,omitempty" enum:"story,defect,change" doc:"story unless stated"`
	URL      string   `json:"url,omitempty" yaml:"url,omitempty" doc:"Where it is kept"`
	Service  string   `json:"service,omitempty" yaml:"service,omitempty" doc:"Key or identifier of the service that it changes"`
	Owner    string   `json:"owner,omitempty" yaml:"owner,omitempty" doc:"Key or identifier of a person"`
	State    string   `json:"state,omitempty" yaml:"state,omitempty" enum:"open,done" doc:"open unless stated"`
	Commits  []string `json:"commits,omitempty" yaml:"commits,omitempty" doc:"The commits that belong to it"`
	NoCommit string   `json:"noCommit,omitempty" yaml:"noCommit,omitempty" doc:"Why no commit belongs to it, where that is right"`
}

// ScopeFilter narrows the list of scope items, which is in the order of the keys.
type ScopeFilter struct {
	Query   string // words of the key or title
	Kind    string
	State   string
	Service string // key
	After   string // the key behind which the page starts
	Limit   int    // 0: all
}

// Filter narrows the list of releases.
type Filter struct {
	States      []State
	Ended       *bool   // only those that have ended, or only those that have not
	Product     string  // key or identifier
	Owner       string  // key or identifier of a person
	Environment string  // key or identifier
	Query       string  // words of the key, name or title
	From, To    db.Time // the window meets the time from From up to To; zero leaves a side open
	Newest      bool    // the latest window first; else the earliest, and those without a window last
	AfterSort   int64   // with AfterID the release behind which the page starts: its Order and ID
	AfterID     string
	Limit       int // 1 to 201; 0 means 50
}

// Order returns the release's place in lists, for AfterSort.
func (r Release) Order() int64 { return r.sortAt() }

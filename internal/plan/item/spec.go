package item

// ScopeSpec is a scope item as a person states it.
type ScopeSpec struct {
	Key      string   `json:"key" yaml:"key" doc:"As the tracker says it" example:"PAY-2188"`
	Title    string   `json:"title" yaml:"title" doc:"What it is, in a sentence"`
	Kind     string   `json:"kind,omitempty" yaml:"kind,omitempty" enum:"story,defect,change" doc:"story unless stated"`
	URL      string   `json:"url,omitempty" yaml:"url,omitempty" doc:"Where it is kept"`
	Service  string   `json:"service,omitempty" yaml:"service,omitempty" doc:"Key or identifier of the service that it changes"`
	Owner    string   `json:"owner,omitempty" yaml:"owner,omitempty" doc:"Key or identifier of a person"`
	State    string   `json:"state,omitempty" yaml:"state,omitempty" enum:"open,done" doc:"open unless stated"`
	Effort   int      `json:"effort,omitempty" yaml:"effort,omitempty" doc:"Estimate in hours of work"`
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

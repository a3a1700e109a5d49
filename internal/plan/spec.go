package plan

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

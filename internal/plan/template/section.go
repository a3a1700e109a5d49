package template

// The sections of a release's content that the plan owns. SectionRunbook names the choice of a runbook; its content is the
// runbook's area's.
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

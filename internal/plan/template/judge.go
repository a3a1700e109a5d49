package template

import (
	"slipway/internal/plan/fault"
)

// CheckOffset adds what is wrong with a distance from the window.
func CheckOffset(f *fault.List, path string, o Offset) { faults{f}.offset(path, o) }

// CheckMilestones adds what is wrong with milestones that a person states for a release.
func CheckMilestones(f *fault.List, path string, ms []MilestoneSpec) {
	faults{f}.milestones(path, ms, false)
}

// CheckMilestone adds what is wrong with one milestone; prefix is the place of its fields, with its dot.
func CheckMilestone(f *fault.List, prefix string, m MilestoneSpec) { faults{f}.milestone(prefix, m) }

// CheckDeliverables adds what is wrong with deliverables that a person states for a release.
func CheckDeliverables(f *fault.List, path string, ds []DeliverableSpec) {
	faults{f}.deliverables(path, ds)
}

// CheckDeliverable adds what is wrong with one deliverable; prefix is the place of its fields, with its dot.
func CheckDeliverable(f *fault.List, prefix string, d DeliverableSpec) {
	faults{f}.deliverable(prefix, d)
}

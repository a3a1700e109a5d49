// Package gateweb is the pages of the gate: the tab Readiness of a release with its criteria, evidence and waivers, the list of
// evidence, the form of a criterion, and the panels Verdict and Readiness of the overview.
//
// The frame around a tab, and the panel with approvals, belong to other areas; the application gives them through Options.
package gateweb

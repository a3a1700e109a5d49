// Package plantab is the tab Plan of a release: objectives, phases, milestones, deliverables and their picture.
package plantab

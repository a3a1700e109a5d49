// Package homeweb is the pages that see everything: mission control, the record, the palette's answers, the reference of the
// API, and what the administration shows of the record, of jobs and of the configuration.
//
// The frame of a release and the links to places that may not exist come from the application.
package homeweb

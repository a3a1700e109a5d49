// Package versionpage is the pages of published versions of the calendar: the list, publishing one with the conflicts that stand in
// its way, and reading one, which its readers acknowledge.
package versionpage

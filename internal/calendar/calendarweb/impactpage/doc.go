// Package impactpage is the pages of what releases do to users: of one release, by service, with the times that would do less harm;
// the form that states it; and the notices that are owed across releases.
package impactpage

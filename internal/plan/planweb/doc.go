// Package planweb is the pages of releases: the list, the frame around every tab of a release, and the tabs Overview, Plan
// and Scope.
//
// Other areas show their tabs inside the frame through Pages.ReleasePage and fill the places that are theirs through
// Options, which the application wires. The package knows none of them.
package planweb

// Package impact is what a release does to the users of a service: planned downtime or degradation, for how long, whom it hits and
// how long before they are owed a notice, and whether they were told. It tells nobody itself: a person says that they were.
package impact

// Package plan is the way of a release to production: what it is made from (templates), what it carries (scope items and
// manifest), when it goes (window, phases, milestones), what it must produce (deliverables), and where it stands (states
// and the transitions between them).
//
// It owns four sections of a release's content, scope, manifest, window and plan, keeps who changed them and from what to
// what, and takes an approved release back to active when one of them changes.
//
// It knows nothing of tasks, criteria, approvals, calendars or runs. Their areas follow releases (Follower), may refuse a
// transition (StateGuard), and move a release on through the Mark functions inside their own transactions.
package plan

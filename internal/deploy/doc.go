// Package deploy is the night of a release: the runbooks it is planned in, the runs that carry them out, live or as
// rehearsals, the deployments they record and the way back.
//
// # What is true
//
// A run is one row that holds the whole state of the engine (package runbook) and the pinned version of its runbook; each
// claim of an attempt is a row of its own with token, holder, lease and outcome. Every event is one transaction: the run is
// read for the change, the engine says what follows, the run is stored, entries are written. Nothing else is needed to go on,
// so any replica can take up any run at any time (Runs.Start).
//
// The intent of an outside effect, the claimed attempt with its token, commits before the effect. It rides on the commit that
// ended the step before. Steps without an effect of their own outside, such as recording a deployment, take effect in the
// transaction that ends them.
//
// # What it does not know
//
// Whether a release may go: Clearance is declared here and answered above. What a condition means is the business of
// platform/expr, what an address may be of platform/dial. Pages and routes live in deployweb and deployapi.
package deploy

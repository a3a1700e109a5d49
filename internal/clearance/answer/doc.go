// Package answer is the pure half of may-deploy: from a snapshot of what matters for one service, version and environment it says whether a
// deployment may start now, with reasons, the windows in force, the next opening, until when the answer holds and the way to an override. It does not
// know where the snapshot comes from, how an answer is recorded or signed, nor who asks. docs/adr/0009-may-deploy.md holds the decisions.
package answer

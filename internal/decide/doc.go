// Package decide keeps who approved a release and what its go/no-go decided: approvals over named sections of the content,
// delegation, polls, conditions and sealed decisions.
//
// An approval carries the digest of each section that it covers. That it is void is computed by comparing them with the
// content as it is, never stored; so is that a decision is stale. What a section holds comes from sources that the areas
// below give; who may sign or answer is who holds the role on the release's product, or a delegate of such a person.
//
// It does not know how a verdict is computed, what a section means, how anything is deployed, and nothing of HTTP or SQL
// outside of its *_sql.go files. Digests and differences are decide/digest, the arithmetic of a poll is decide/tally.
package decide

// Package roadmap keeps the dates of releases over quarters: who proposed which, who countered and why, which roles have to agree and what
// they said, and which dates are published. When the last role agrees, the window of the release becomes what was agreed, in the same
// transaction.
//
// It knows neither freezes nor approvals: freezes are asked of a Calendar, which lies above.
package roadmap

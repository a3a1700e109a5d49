// Package book keeps runbooks, in immutable versions, and which version of which of them each release runs with what. It
// answers what approvals sign of that, the sections runbook and back-out, and who wrote it.
//
// It does not know runs. Other areas reach it through the root, which names what they need.
package book

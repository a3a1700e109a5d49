// Package authapi is auth's operations: people, teams, roles, grants, tokens, sessions and the caller's own account.
package authapi

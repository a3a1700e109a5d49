// Package template keeps what releases are made from: the templates with their versions, what a sound one looks like, how a
// file states it, and the distances from a window that its dates are given by. It does not know releases, checks no permission
// and records nothing in the ledger.
package template

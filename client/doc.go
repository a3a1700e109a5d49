// Package client talks to a Slipway server: typed errors from problem documents, paging, repetition where it is safe, an
// Idempotency-Key on every POST. The wire types of each noun are in a file of their own. It imports nothing of Slipway and
// may be used by other programs.
package client

// Package db runs transactions on one of two engines, SQLite or PostgreSQL, with one SQL text.
//
// Write runs a closure in one transaction and Read runs one on one snapshot. The statements of a transaction see a
// frozen Now; what other packages must add to a commit (ledger entries, idempotency records) is collected during the
// closure and written by their BeforeCommit function inside the same commit.
//
// On SQLite one writer shares commits: it drains what waits into one transaction, so that many writers pay one fsync.
// On PostgreSQL a write is SERIALIZABLE and its whole closure runs again after a serialisation failure. In both cases a
// closure may run more than once, so it does no input or output of its own.
//
// The package knows no table but the ones of its migrations' bookkeeping.
package db

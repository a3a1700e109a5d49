// Package ledger keeps the append-only record of everything that changes: entries in one order, a Merkle tree over them,
// and signed checkpoints of the tree.
//
// An area calls Append inside its own transaction; the entry commits with the change or not at all. On SQLite the commit
// itself gives sequence numbers and extends the tree. On PostgreSQL the commit leaves entries pending, and a sequencer
// in any replica orders those of finished transactions by transaction number; so nobody depends on a sequence number
// inside the transaction that wrote the entry.
//
// Readers ask Entries, follow the stream (Follow), or subscribe durably (Durable). Verify recomputes everything.
//
// The package knows no action by name but its own (ledger.…), and does not decide who may read: the caller passes the
// scopes that the viewer may see. Format: package leaf. Tree and checkpoints: package tree. Exports and their offline
// check: package pack.
package ledger

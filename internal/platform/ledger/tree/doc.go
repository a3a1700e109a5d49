// Package tree grows and checks the ledger's Merkle tree (RFC 6962 hashing, as golang.org/x/mod/sumdb/tlog computes it)
// and signs its size and root as checkpoints (C2SP tlog-checkpoint in a signed note, Ed25519).
//
// An entry stores the nodes that it completes, leaf first: the entry with number n completes one node for each trailing
// one bit of n besides its leaf. In the order of the entries these are exactly tlog's stored hashes, so that tlog's
// proofs read them by their index.
//
// The package knows no database and no entry: leaves come in as hashes.
package tree

// Package leaf is the eternal format of the ledger (docs/adr/0005-ledger-entry-format.md): the header of an entry as
// bytes, its hash as a leaf of the Merkle tree, and the salted digest that binds a payload to its header.
//
// It knows no database, no clock and nothing of what an action means. What it writes today must be read and found equal
// by every later version, so its tests compare against fixed vectors.
package leaf

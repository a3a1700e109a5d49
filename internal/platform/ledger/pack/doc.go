// Package pack writes and checks exports of the ledger: JSON lines that prove, with nothing but the installation's public
// key, that every entry in them is in the signed ledger as it stands there, and that the installation left none of the
// release's entries out by its own word.
//
// The first line holds the signed checkpoint, each further one an entry with its inclusion proof, the last one the count and
// a signature over everything before it.
//
// The package knows no database, so that an auditor's machine needs none.
package pack

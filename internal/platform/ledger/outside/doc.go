// Package outside reads and writes what the ledger keeps outside of the database, so that whoever holds the database alone
// can neither sign nor cut off the record unseen: the file of the signing key and the file of the last checkpoint.
//
// It knows neither what a key signs nor what a checkpoint says.
package outside

// Package blob keeps bytes under their SHA-256 in the database, in chunks: evidence, logs, whatever a decision rests on.
// Bytes are hashed and spooled before the transaction that stores them, stored once however often they come, read as a
// stream and checked while they are read. Nothing is ever deleted: an approval or a verdict may name any of it.
//
// The package does not know what the bytes mean or who may read them; whoever gives out a digest decides that.
package blob

// Package deputy says in whose name somebody answers for a role: as its holder, or as the delegate of one between two dates. It
// does not know what is signed or answered.
package deputy

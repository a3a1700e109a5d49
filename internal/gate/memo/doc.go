// Package memo remembers what pure functions gave. It does not know what the functions are about, and forgets nothing but all
// at once.
package memo

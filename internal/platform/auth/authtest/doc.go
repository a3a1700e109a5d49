// Package authtest makes people for tests: contexts in which an administrator or somebody with given roles acts. It uses
// the real service on the test's own database, with password hashes that cost next to nothing.
package authtest

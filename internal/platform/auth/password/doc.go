// Package password hashes passwords with argon2id and says which passwords are too weak. It does no input or output; the
// cost of a hash is memory and time by its parameters, and a Hasher bounds how many are made at once.
package password

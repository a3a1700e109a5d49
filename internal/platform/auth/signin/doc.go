// Package signin opens sessions: by password, by the link of the first start, by an invitation, and in the demonstration
// by a click. It limits tries and keeps their count in the database, so that every replica counts the same.
//
// Passwords are hashed between two transactions, never inside one. It does not know how sessions are kept (credential) or
// what people may do.
package signin

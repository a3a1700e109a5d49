// Package tally tells a process on PostgreSQL whether anything was committed since it looked last, and what it touched. It
// serves what is kept in memory and must be current before every answer. On SQLite Ledger.OnCommit tells the same for nothing.
package tally

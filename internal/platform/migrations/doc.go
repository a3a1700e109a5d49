// Package migrations embeds the numbered schema changes of every area, forward only. The words are PostgreSQL's; package
// db puts the few that differ into SQLite's.
package migrations

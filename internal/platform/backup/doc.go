// Package backup writes everything that a database holds into one file, while the product runs, and reads such a file
// into an empty database of either engine, so that it is also the way from SQLite to PostgreSQL and back.
//
// The file is one gzip stream of lines of JSON, each ended by a newline:
//
//	{"slipwayBackup":1,"schema":150,"engine":"sqlite","at":"2026-11-19T13:08:00.000000Z","version":"1.4.0","excludes":["…"]}
//	{"table":"risk","columns":[{"name":"id","type":"text"},{"name":"blocking","type":"boolean"}]}
//	["0190…",true]
//	{"end":"risk","rows":1,"sha256":"…"}
//	{"tables":[{"name":"risk","rows":1,"sha256":"…"}],"sha256":"…"}
//
// A row is an array in the order of the columns. The types are text (a string), integer (64 bits, a number), boolean,
// bytes (a string in base64), real (a number); any value may be null. Tables come in the order of their names and rows in
// the order of their primary keys, compared by bytes, so the same content has the same digests on both engines. The
// digest of a table is the SHA-256 of its lines of rows with their newlines; the last digest is that of all lines before
// the last. Nothing follows the last line.
//
// Tables and columns are read from the database itself, so a table that is added later is in the next backup. Left out
// are the bookkeeping of migrations and jobs, which are derived again. The ledger's signing key and the secrets of
// runbooks lie outside the database and are not in the file; the first line says so.
//
// The digests find damage, not forgery: whoever can write the file can compute them. The ledger proves its own content.
//
// The package knows no table by meaning.
package backup

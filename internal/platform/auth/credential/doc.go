// Package credential keeps what programs and browsers prove themselves with: API tokens and sessions. It reads one from a
// request (Guard), makes and ends them, and stores only digests.
//
// A credential that was read is remembered until rights change or a session ends anywhere, so a request costs no statement
// on SQLite and one on PostgreSQL, shared by all who come meanwhile. It does not know passwords; signin opens sessions through Open.
package credential

// Package auth knows who acts and what they may do: people, teams, password sign-in, sessions, API tokens, roles bound to
// a scope, and the permissions that routes name.
//
// Rights. An area declares permissions; built-in roles carry them by declaration, further roles by rows. A binding gives a
// role to a person or a team, everywhere or within a scope, optionally between two instants. Check answers inside the
// transaction that acts and records that it was asked, so that a route which forgets to ask is found out (Recorder). A
// token has an owner and never more rights than its owner.
//
// Cost. The first check of a transaction is one statement on one row (none in a SQLite read); what a person may is
// remembered until rights change anywhere, and read again with three statements after that. Further checks of the same
// transaction cost a walk over the person's bindings.
//
// The package does not know what a scope means (catalog does), how a page or an answer looks (authweb, authapi), and keeps
// no password, token or link, only digests. Sub-package password holds the hashing and the rules for passwords, secret the
// forms of tokens and cookies.
package auth

// Package secret makes and reads the forms of credentials: API tokens, session cookies and links that work once. It keeps
// nothing; callers store only digests. SHA-256 is enough for them, since they are random and not chosen by people.
package secret

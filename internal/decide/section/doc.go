// Package section reads the sections of a release's content from their sources, keeps what was signed of them, and says what
// changed since and by whom. It does not know who signs, and checks no permission.
package section

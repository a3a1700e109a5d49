// Package intake keeps requests for releases: who asks for what, by when and why, and what became of it. An accepted request goes onto a
// release as a scope item, at once or when its train opens the next one.
//
// It does not know trackers: a request carries at most the address of what it came from.
package intake

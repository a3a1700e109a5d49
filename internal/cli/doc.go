// Package cli is the command line: a noun, then a verb, over the API. Commands of the server itself (serve, demo,
// migrate, backup, restore) are functions that main passes in, so that the command line knows no area.
//
// One file a noun: a struct with its verbs and one line in root.go. A verb is a struct with flags and Run(*Session) error.
// Exit statuses: 0 yes, 1 failure, 2 usage, 3 the answer is no.
package cli

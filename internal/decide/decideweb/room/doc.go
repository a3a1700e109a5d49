// Package room draws the go/no-go of a release, the room, and the list of rounds.
package room

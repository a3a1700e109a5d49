package demo

import (
	"crypto/sha256"
	"encoding/hex"
)

// digestOf makes the digest that an artefact of the story has.
func digestOf(name string) string {
	h := sha256.Sum256([]byte("aldermoor " + name))
	return "sha256:" + hex.EncodeToString(h[:])
}

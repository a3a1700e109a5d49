package leaf

import (
	"crypto/rand"
	"crypto/sha256"

	"golang.org/x/mod/sumdb/tlog"
)

// SaltSize is the length of a salt in bytes.
const SaltSize = 32

// Salt makes payload digests unguessable: whoever knows a digest and suspects a payload cannot confirm it without the salt.
type Salt [SaltSize]byte

// NewSalt returns a random salt.
func NewSalt() Salt {
	var s Salt
	_, _ = rand.Read(s[:]) // never fails: the process ends if the system has no randomness
	return s
}

const payloadDomain = "slipway payload v1\n"

// PayloadDigest binds a payload, as canonical JSON (RFC 8785), to a header: SHA-256 over the domain line, the salt and
// the payload's bytes.
func PayloadDigest(salt Salt, payload []byte) [32]byte {
	b := make([]byte, 0, 1024)
	b = append(b, payloadDomain...)
	b = append(b, salt[:]...)
	return sha256.Sum256(append(b, payload...))
}

// Hash returns the leaf of the Merkle tree for the bytes of a header: SHA-256 over a zero byte and them (RFC 6962,
// section 2.1).
func Hash(header []byte) tlog.Hash { return tlog.RecordHash(header) }

package blob

import (
	"slipway/internal/errs"
	"slipway/internal/platform/db"
)

// ChunkSize is the size of every chunk but the last, in bytes. A chunk is what one statement carries.
const ChunkSize = 256 << 10

// Blob describes stored bytes.
type Blob struct {
	Digest    string  `json:"digest"` // SHA-256, 64 lower-case hexadecimal digits
	Size      int64   `json:"size"`   // bytes
	MediaType string  `json:"mediaType"`
	StoredAt  db.Time `json:"storedAt,omitzero"`
}

var errMalformed = errs.Invalid("blob.digest_malformed", "A digest is the SHA-256 of the content, written with 64 lower-case hexadecimal digits.")

// CheckDigest fails with errs.Invalid unless s has the form of a digest.
func CheckDigest(s string) error {
	if len(s) != 64 {
		return errMalformed
	}
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return errMalformed
		}
	}
	return nil
}

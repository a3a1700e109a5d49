package blob

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"slipway/internal/errs"
	"slipway/internal/platform/db"
)

// Hold prepares content that is in memory already, without copying it; the caller has checked its size and must not change it.
// mediaType has the form type/subtype.
func Hold(content []byte, mediaType string) *Prepared {
	sum := sha256.Sum256(content)
	return &Prepared{blob: Blob{Digest: hex.EncodeToString(sum[:]), Size: int64(len(content)), MediaType: mediaType}, at: bytes.NewReader(content)}
}

// Bytes returns the whole content of each digest inside a transaction, checked against it, in two statements whatever their
// number; digests without content are missing from the answer. It holds everything in memory: the caller bounds what it asks
// for. It fails with errs.Internal blob.damaged if bytes are not those of their digest any more.
func Bytes(tx *db.Tx, digests ...string) (map[string][]byte, error) {
	out := make(map[string][]byte, len(digests))
	if len(digests) == 0 {
		return out, nil
	}
	if err := chunksOf(tx, digests, out); err != nil {
		return nil, err
	}
	for d, b := range out {
		if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != d {
			return nil, errs.Internal("blob.damaged", fmt.Errorf("the blob %s is damaged: its digest is %x", d, sum))
		}
	}
	return out, nil
}

package blob

import (
	"errors"
	"fmt"
	"strings"

	"slipway/internal/platform/db"
)

// insertBlob reports whether the blob is new.
func insertBlob(tx *db.Tx, b Blob) (bool, error) {
	n, err := tx.Exec(`
		INSERT INTO blob (digest, size, media_type, stored_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (digest) DO NOTHING`, b.Digest, b.Size, b.MediaType, tx.Now)
	return n > 0, err
}

func insertChunk(tx *db.Tx, digest string, ordinal int, part []byte) error {
	_, err := tx.Exec(`INSERT INTO blob_chunk (digest, ordinal, bytes) VALUES ($1, $2, $3)`, digest, ordinal, part)
	return err
}

func blobRow(tx *db.Tx, digest string) (Blob, error) {
	var b Blob
	err := tx.Get(&b, `SELECT digest, size, media_type, stored_at FROM blob WHERE digest = $1`, digest)
	if errors.Is(err, db.ErrNone) {
		err = errUnknown
	}
	return b, err
}

func chunk(tx *db.Tx, digest string, ordinal int) ([]byte, error) {
	var part []byte
	err := tx.Each(`SELECT bytes FROM blob_chunk WHERE digest = $1 AND ordinal = $2`, []any{digest, ordinal},
		func(scan func(dst ...any) error) error { return scan(&part) })
	if err == nil && part == nil {
		err = db.ErrNone
	}
	return part, err
}

// chunksOf joins the chunks of each digest that is stored.
func chunksOf(tx *db.Tx, digests []string, into map[string][]byte) error {
	in := make([]string, len(digests))
	args := make([]any, len(digests))
	for i, d := range digests {
		in[i], args[i] = fmt.Sprintf("$%d", i+1), d
	}
	list := strings.Join(in, ", ")
	err := tx.Each(`SELECT digest FROM blob WHERE digest IN (`+list+`)`, args, func(scan func(dst ...any) error) error {
		var d string
		err := scan(&d)
		into[d] = []byte{}
		return err
	})
	if err != nil {
		return err
	}
	return tx.Each(`SELECT digest, bytes FROM blob_chunk WHERE digest IN (`+list+`) ORDER BY digest, ordinal`, args, func(scan func(dst ...any) error) error {
		var d string
		var part []byte
		err := scan(&d, &part)
		into[d] = append(into[d], part...)
		return err
	})
}

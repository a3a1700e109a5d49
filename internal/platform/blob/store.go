package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"

	"slipway/internal/errs"
	"slipway/internal/platform/db"
)

// Store reads blobs.
type Store struct{ db *db.DB }

// New returns the store of a database.
func New(d *db.DB) *Store { return &Store{d} }

var errUnknown = errs.NotFound("blob.not_found", "There is no content with this digest.")

// Stat describes the blob of a digest. It fails with errs.NotFound if there is none and with errs.Invalid for what is no
// digest.
func Stat(tx *db.Tx, digest string) (Blob, error) {
	if err := CheckDigest(digest); err != nil {
		return Blob{}, err
	}
	return blobRow(tx, digest)
}

// Open returns the bytes of a digest as a stream that the caller closes. A blob never changes, so each chunk is read on a
// snapshot of its own and a slow reader holds nothing. Reading fails with errs.Internal instead of io.EOF if the bytes
// are not those of the digest any more. Open fails as Stat does.
func (s *Store) Open(ctx context.Context, digest string) (*Reader, error) {
	var b Blob
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		b, err = Stat(tx, digest)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &Reader{Blob: b, ctx: ctx, db: s.db, hash: sha256.New()}, nil
}

// Reader streams one blob.
type Reader struct {
	Blob
	ctx     context.Context
	db      *db.DB
	hash    hash.Hash
	part    []byte
	ordinal int
	read    int64
	err     error
}

// Read implements io.Reader.
func (r *Reader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, r.err
	}
	for len(r.part) == 0 && r.err == nil {
		r.err = r.next()
	}
	if len(r.part) == 0 {
		return 0, r.err
	}
	n := copy(p, r.part)
	r.part = r.part[n:]
	return n, nil
}

// next loads a chunk, or checks the whole after the last one.
func (r *Reader) next() error {
	if r.read == r.Size {
		if got := hex.EncodeToString(r.hash.Sum(nil)); got != r.Digest {
			return r.damaged("its digest is " + got)
		}
		return io.EOF
	}
	err := r.db.Read(r.ctx, func(tx *db.Tx) (err error) {
		r.part, err = chunk(tx, r.Digest, r.ordinal)
		return err
	})
	if errors.Is(err, db.ErrNone) {
		return r.damaged(fmt.Sprintf("chunk %d is missing", r.ordinal))
	}
	if err != nil {
		return err
	}
	r.ordinal++
	r.read += int64(len(r.part))
	if len(r.part) == 0 || r.read > r.Size {
		r.part = nil
		return r.damaged("its chunks do not add up to its size")
	}
	r.hash.Write(r.part)
	return nil
}

func (r *Reader) damaged(how string) error {
	return errs.Internal("blob.damaged", fmt.Errorf("the blob %s is damaged: %s", r.Digest, how))
}

// Close implements io.Closer; reading fails afterwards.
func (r *Reader) Close() error {
	r.part = nil
	r.err = errors.New("blob: read after close")
	return nil
}

package blob

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"os"

	"slipway/internal/errs"
	"slipway/internal/platform/db"
)

// inMemory is how many bytes Prepare holds in memory; more goes to a temporary file.
const inMemory = 4 * ChunkSize

// Prepared are bytes that have been read and hashed and can be stored, as often as a transaction runs.
type Prepared struct {
	blob Blob
	at   io.ReaderAt
	file *os.File // nil while the bytes are in memory
}

// Prepare reads r to its end, hashing it, and keeps at most limit bytes, in memory up to 1 MiB and in a temporary file
// beyond. It fails with errs.TooLarge above the limit, with errs.Invalid for a media type without the form type/subtype,
// and with the fault of r as it is. The caller closes what it returns.
func Prepare(r io.Reader, mediaType string, limit int64) (*Prepared, error) {
	if _, _, err := mime.ParseMediaType(mediaType); err != nil || len(mediaType) > 200 {
		return nil, errs.Invalid("blob.media_type_malformed", "The media type %.60q is not of the form type/subtype.", mediaType)
	}
	h := sha256.New()
	in := io.TeeReader(io.LimitReader(r, limit+1), h)
	p := &Prepared{blob: Blob{MediaType: mediaType}}
	head, err := io.ReadAll(io.LimitReader(in, inMemory))
	p.blob.Size, p.at = int64(len(head)), bytes.NewReader(head)
	if err == nil && p.blob.Size == inMemory {
		err = p.spool(head, in)
	}
	if err == nil && p.blob.Size > limit {
		err = errs.TooLarge("blob.too_large", "The content is larger than the limit of %d bytes.", limit)
	}
	if err != nil {
		return nil, errors.Join(err, p.Close())
	}
	p.blob.Digest = hex.EncodeToString(h.Sum(nil))
	return p, nil
}

func (p *Prepared) spool(head []byte, rest io.Reader) error {
	f, err := os.CreateTemp("", "slipway-blob-")
	if err != nil {
		return errs.Unavailable("blob.spool_failed", "There is no room for the content in the temporary directory. Try again later.").Because(err)
	}
	p.file, p.at = f, f
	_ = os.Remove(f.Name()) // where a file may be open without a name, no death of the process leaves it behind
	if _, err := f.Write(head); err != nil {
		return errs.Unavailable("blob.spool_failed", "There is no room for the content in the temporary directory. Try again later.").Because(err)
	}
	n, err := io.Copy(f, rest)
	p.blob.Size += n
	return err
}

// Blob describes the bytes. StoredAt is empty.
func (p *Prepared) Blob() Blob { return p.blob }

// Digest returns the SHA-256 of the bytes.
func (p *Prepared) Digest() string { return p.blob.Digest }

// Store makes the bytes part of the transaction, unless they are in the database already; then the media type of their
// first storing stays. It costs one statement, and one more for each chunk of new bytes.
func (p *Prepared) Store(tx *db.Tx) error {
	fresh, err := insertBlob(tx, p.blob)
	if err != nil || !fresh {
		return err
	}
	buf := make([]byte, min(ChunkSize, p.blob.Size))
	for off, ordinal := int64(0), 0; off < p.blob.Size; ordinal++ {
		part := buf[:min(ChunkSize, p.blob.Size-off)]
		if _, err := p.at.ReadAt(part, off); err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("blob: reading the spooled content: %w", err)
		}
		if err := insertChunk(tx, p.blob.Digest, ordinal, part); err != nil {
			return err
		}
		off += int64(len(part))
	}
	return nil
}

// Close gives the temporary file back. The bytes cannot be stored afterwards.
func (p *Prepared) Close() error {
	if p.file == nil {
		return nil
	}
	f := p.file
	p.file = nil
	err := f.Close()
	if gone := os.Remove(f.Name()); !errors.Is(gone, fs.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return err
}

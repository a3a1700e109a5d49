package blob_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"slipway/internal/errs"
	"slipway/internal/platform/blob"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

const limit = 8 << 20

func random(n int) []byte {
	b := make([]byte, n)
	src := rand.NewChaCha8([32]byte{byte(n)})
	_, _ = src.Read(b) // never fails
	return b
}

func put(t *testing.T, d *db.DB, content []byte) string {
	t.Helper()
	p, err := blob.Prepare(iotest.HalfReader(bytes.NewReader(content)), "application/xml; charset=utf-8", limit)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}()
	if err := d.Write(context.Background(), p.Store); err != nil {
		t.Fatal(err)
	}
	return p.Digest()
}

func TestRoundTrip(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, n := range []int{0, 1, blob.ChunkSize - 1, blob.ChunkSize, blob.ChunkSize + 1, 4 * blob.ChunkSize, 4*blob.ChunkSize + 7, 3 << 20} {
			want := random(n)
			sum := sha256.Sum256(want)
			digest := put(t, d, want)
			if digest != hex.EncodeToString(sum[:]) {
				t.Fatalf("%d bytes: digest %s", n, digest)
			}
			r, err := blob.New(d).Open(context.Background(), digest)
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(r)
			if err != nil || !bytes.Equal(got, want) {
				t.Fatalf("%d bytes: read %d, %v", n, len(got), err)
			}
			if r.Size != int64(n) || r.MediaType != "application/xml; charset=utf-8" || r.StoredAt.IsZero() {
				t.Errorf("%d bytes: %+v", n, r.Blob)
			}
			if _, err := r.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
				t.Errorf("after the end: %v", err)
			}
			if err := r.Close(); err != nil {
				t.Error(err)
			}
			if _, err := r.Read(make([]byte, 1)); err == nil || errors.Is(err, io.EOF) {
				t.Errorf("after the close: %v", err)
			}
		}
	})
}

func TestSameBytesAreStoredOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		content := random(2*blob.ChunkSize + 1)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() { put(t, d, content) })
		}
		wg.Wait()
		var blobs, chunks int
		err := d.Read(context.Background(), func(tx *db.Tx) error {
			return errors.Join(tx.Get(&blobs, `SELECT count(*) FROM blob`), tx.Get(&chunks, `SELECT count(*) FROM blob_chunk`))
		})
		if err != nil || blobs != 1 || chunks != 3 {
			t.Fatalf("%d blobs, %d chunks, %v", blobs, chunks, err)
		}
	})
}

func TestRolledBackBlobIsNotThere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, err := blob.Prepare(strings.NewReader("evidence"), "text/plain", limit)
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		undo := errors.New("undo")
		if err := d.Write(context.Background(), func(tx *db.Tx) error { return errors.Join(p.Store(tx), undo) }); !errors.Is(err, undo) {
			t.Fatal(err)
		}
		if _, err := blob.New(d).Open(context.Background(), p.Digest()); !errs.Is(err, errs.CodeNotFound) {
			t.Fatalf("%v", err)
		}
		if err := d.Write(context.Background(), p.Store); err != nil { // the same Prepared again, as a retry would
			t.Fatal(err)
		}
		if _, err := blob.New(d).Open(context.Background(), p.Digest()); err != nil {
			t.Fatal(err)
		}
		if _, err := blob.New(d).Open(context.Background(), strings.ToUpper(p.Digest())); !errs.Is(err, errs.CodeInvalid) {
			t.Fatalf("%v", err)
		}
	})
}

func TestPrepareRefuses(t *testing.T) {
	broken := errors.New("the line went dead")
	for name, c := range map[string]struct {
		r    io.Reader
		kind string
		max  int64
		want func(error) bool
	}{
		"a byte too much":         {strings.NewReader("12345"), "text/plain", 4, func(err error) bool { return errs.ReasonOf(err) == "blob.too_large" }},
		"a byte too much, large":  {bytes.NewReader(random(2<<20 + 1)), "text/plain", 2 << 20, func(err error) bool { return errs.ReasonOf(err) == "blob.too_large" }},
		"no media type":           {strings.NewReader("1"), "", 4, func(err error) bool { return errs.Is(err, errs.CodeInvalid) }},
		"broken reader":           {iotest.ErrReader(broken), "text/plain", 4, func(err error) bool { return errors.Is(err, broken) }},
		"broken after a megabyte": {io.MultiReader(bytes.NewReader(random(3<<20)), iotest.ErrReader(broken)), "text/plain", limit, func(err error) bool { return errors.Is(err, broken) }},
	} {
		if _, err := blob.Prepare(c.r, c.kind, c.max); !c.want(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	p, err := blob.Prepare(strings.NewReader("1234"), "text/plain", 4)
	if err != nil || p.Blob().Size != 4 {
		t.Fatalf("exactly the limit: %v", err)
	}
}

func TestDamageIsFound(t *testing.T) {
	for name, damage := range map[string]string{
		"altered":       `UPDATE blob_chunk SET bytes = (SELECT bytes FROM blob_chunk WHERE ordinal = 0) WHERE ordinal = 1`,
		"missing chunk": `DELETE FROM blob_chunk WHERE ordinal = 1`,
		"longer":        `UPDATE blob SET size = size - 1`,
		"shorter":       `UPDATE blob SET size = size + 1`,
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				digest := put(t, d, random(3*blob.ChunkSize))
				if err := d.Write(context.Background(), func(tx *db.Tx) error { _, err := tx.Exec(damage); return err }); err != nil {
					t.Fatal(err)
				}
				r, err := blob.New(d).Open(context.Background(), digest)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := io.Copy(io.Discard, r); errs.ReasonOf(err) != "blob.damaged" {
					t.Fatalf("%v", err)
				}
			})
		})
	}
}

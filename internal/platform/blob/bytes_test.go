package blob_test

import (
	"bytes"
	"context"
	"testing"

	"slipway/internal/errs"
	"slipway/internal/platform/blob"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

func TestBytesOfSeveralDigests(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		small, large, empty := []byte(`{"a": 1}`), random(2*blob.ChunkSize+17), []byte{}
		digests := []string{}
		for _, c := range [][]byte{small, large, empty} {
			p := blob.Hold(c, "application/json")
			digests = append(digests, p.Digest())
			if err := d.Write(context.Background(), p.Store); err != nil {
				t.Fatal(err)
			}
			if again := put(t, d, c); again != p.Digest() {
				t.Errorf("Hold and Prepare disagree: %s, %s", p.Digest(), again)
			}
		}
		read := func() (map[string][]byte, error) {
			var got map[string][]byte
			err := d.Read(context.Background(), func(tx *db.Tx) (err error) {
				got, err = blob.Bytes(tx, append(digests, string(bytes.Repeat([]byte("0"), 64)))...)
				return err
			})
			return got, err
		}
		got, err := read()
		if err != nil || len(got) != 3 || !bytes.Equal(got[digests[0]], small) || !bytes.Equal(got[digests[1]], large) || got[digests[2]] == nil {
			t.Errorf("%d digests, %v", len(got), err)
		}
		if err := d.Write(context.Background(), func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE blob_chunk SET bytes = $1 WHERE digest = $2`, []byte(`{"a": 2}`), digests[0])
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := read(); errs.ReasonOf(err) != "blob.damaged" {
			t.Errorf("damaged bytes: %v", err)
		}
	})
}

package ledger

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"

	"golang.org/x/mod/sumdb/tlog"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger/leaf"
	"slipway/internal/platform/ledger/pack"
)

// Proof shows that an entry is in the tree of a given size (RFC 6962, section 2.1.1).
type Proof struct {
	Seq    int64    `json:"seq"`
	Size   int64    `json:"size"`
	Leaf   string   `json:"leaf"`   // base64
	Hashes []string `json:"hashes"` // base64, from the leaf's sibling upwards
	Root   string   `json:"root"`   // base64
}

// Proof returns the inclusion proof of an entry in the tree as it was with size entries, 0 for the newest checkpoint. It
// fails with errs.NotFound if there is no such entry or size, or no checkpoint yet.
func (l *Ledger) Proof(ctx context.Context, seq, size int64) (p Proof, err error) {
	err = l.db.Read(ctx, func(tx *db.Tx) error {
		p, err = ProofOf(tx, seq, size)
		return err
	})
	return p, err
}

// ProofOf is Proof as the transaction sees the ledger.
func ProofOf(tx *db.Tx, seq, size int64) (Proof, error) {
	h, err := headRow(tx)
	if err != nil {
		return Proof{}, err
	}
	if size == 0 {
		c, err := Newest(tx)
		if err != nil {
			return Proof{}, err
		}
		size = c.Size
	}
	if seq < 0 || seq >= size || size > h.Size {
		return Proof{}, errs.NotFound("ledger.entry_missing", "There is no entry %d in a record of %d entries.", seq, size)
	}
	r := &nodes{tx: tx}
	p := Proof{Seq: seq, Size: size}
	if p.Hashes, err = prove(r, seq, size); err != nil {
		return Proof{}, err
	}
	root, err := tlog.TreeHash(size, r)
	if err != nil {
		return Proof{}, err
	}
	lf, err := r.ReadHashes([]int64{tlog.StoredHashIndex(0, seq)})
	if err != nil {
		return Proof{}, err
	}
	p.Root, p.Leaf = root.String(), lf[0].String()
	return p, nil
}

func prove(r tlog.HashReader, seq, size int64) ([]string, error) {
	hs, err := tlog.ProveRecord(size, seq, r)
	if err != nil {
		return nil, err
	}
	out := make([]string, len(hs))
	for i, h := range hs {
		out[i] = h.String()
	}
	return out, nil
}

// Export writes the entries of one release, or of the whole ledger for "", as JSON lines that pack.Verify checks with nothing
// but the installation's public key: a signed checkpoint of everything so far, each entry with its proof, and a signature
// over the whole. The caller checks the permission. It reads page by page and costs a few queries a page of 500.
func (l *Ledger) Export(ctx context.Context, w io.Writer, release id.Release) error {
	if err := l.Sequence(ctx); err != nil {
		return err
	}
	c, err := l.Checkpoint(ctx)
	if err != nil {
		return err
	}
	out, err := pack.NewWriter(w, pack.Head{Installation: l.installation, Key: l.key.Public(), Release: string(release), Checkpoint: c.Note})
	if err != nil {
		return err
	}
	for from := int64(0); ; {
		var es []pack.Entry
		err := l.db.Read(ctx, func(tx *db.Tx) error {
			cs, err := exportRows(tx, release, from, c.Size, stride)
			if err != nil {
				return err
			}
			r := &nodes{tx: tx}
			es = make([]pack.Entry, len(cs))
			for i, row := range cs {
				es[i] = row.entry()
				if es[i].Proof, err = prove(r, row.Seq, c.Size); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, e := range es {
			if err := out.Entry(e); err != nil {
				return err
			}
			from = e.Seq + 1
		}
		if len(es) < stride {
			return out.Close(l.key.Sign)
		}
	}
}

func (c exportColumns) entry() pack.Entry {
	e := pack.Entry{Seq: c.Seq, Header: c.Header, RedactedBy: c.RedactedBy.String}
	if len(c.Salt) == leaf.SaltSize {
		e.Salt = base64.StdEncoding.EncodeToString(c.Salt)
		e.Payload = json.RawMessage(c.Payload)
	}
	return e
}

package home

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"

	"slipway/internal/errs"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// Opened is an entry with the newest checkpoint and, if that covers it, the way from its leaf to the signed root.
type Opened struct {
	Entry
	Checkpoint ledger.Checkpoint // the zero value before the first
	Covered    bool
	Proof      ledger.Proof
	Path       []Node
	Included   bool // the way was computed, and ends at the root of the checkpoint
}

// Node is one hash of the way, with the given hash that is joined to it, in hexadecimal. The root has no sibling.
type Node struct{ Hash, Sibling string }

// Open returns an entry as a page shows it. It signs nothing: an entry newer than the newest checkpoint waits for the next
// one. It fails with errs.NotFound if the caller may not see the entry.
func Open(tx *db.Tx, seq int64) (Opened, error) {
	var out Opened
	e, err := ledger.BySeq(tx, seq)
	if err != nil {
		return out, err
	}
	if err := auth.CheckSeen(tx, "record.read", auth.Scope(e.Scope), "entry"); err != nil {
		return out, err
	}
	es, err := named(tx, []ledger.Record{e})
	if err != nil {
		return out, err
	}
	if err := Named(tx, es); err != nil {
		return out, err
	}
	out.Entry = es[0]
	out.Checkpoint, err = ledger.Newest(tx)
	if errs.Is(err, errs.CodeNotFound) {
		return out, nil
	}
	if err != nil || out.Checkpoint.Size <= seq {
		return out, err
	}
	out.Covered = true
	if out.Proof, err = ledger.ProofOf(tx, seq, out.Checkpoint.Size); err != nil {
		return out, err
	}
	out.Path, out.Included = path(out.Proof, out.Checkpoint.Root)
	return out, nil
}

// path computes the hashes from the leaf to the root as RFC 9162, section 2.1.3.2 verifies them, and whether they end at the
// root that was signed.
func path(p ledger.Proof, signed string) ([]Node, bool) {
	r, err := base64.StdEncoding.DecodeString(p.Leaf)
	if err != nil {
		return nil, false
	}
	var out []Node
	fn, sn := p.Seq, p.Size-1
	for _, text := range p.Hashes {
		h, err := base64.StdEncoding.DecodeString(text)
		if err != nil || sn == 0 {
			return nil, false
		}
		out = append(out, Node{hex.EncodeToString(r), hex.EncodeToString(h)})
		if fn&1 == 1 || fn == sn {
			r = join(h, r)
			for fn&1 == 0 && fn != 0 {
				fn, sn = fn>>1, sn>>1
			}
		} else {
			r = join(r, h)
		}
		fn, sn = fn>>1, sn>>1
	}
	out = append(out, Node{Hash: hex.EncodeToString(r)})
	return out, sn == 0 && base64.StdEncoding.EncodeToString(r) == signed
}

func join(left, right []byte) []byte {
	h := sha256.New()
	h.Write([]byte{1})
	h.Write(left)
	h.Write(right)
	return h.Sum(nil)
}

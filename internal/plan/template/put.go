package template

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"

	"slipway/internal/errs"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// Put writes the template as its next version unless it says what the newest says, and returns the digest of its content.
// The caller has checked the right and judged the template, and writes the entry.
func Put(tx *db.Tx, in Template) (out Template, outcome apply.Outcome, digest string, err error) {
	now, err := ByRef(tx, in.Key)
	outcome = apply.Changed
	if errs.Is(err, errs.CodeNotFound) {
		outcome = apply.Created
	} else if err != nil {
		return in, "", "", err
	}
	after, err := db.Canonical(in)
	if err != nil {
		return in, "", "", err
	}
	sum := sha256.Sum256(after)
	digest = "sha256:" + hex.EncodeToString(sum[:])
	if outcome == apply.Changed {
		before, err := db.Canonical(now)
		if err != nil {
			return in, "", "", err
		}
		if bytes.Equal(before, after) {
			return now, apply.Unchanged, digest, nil
		}
	}
	in.Version, in.ChangedAt, in.ChangedBy = now.Version+1, tx.Now, ledger.ActorOf(tx.Context()).ID
	return in, outcome, digest, insertTemplate(tx, in, after)
}

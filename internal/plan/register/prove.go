package register

import (
	"context"
	"path"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/plan/fault"
	"slipway/internal/platform/blob"
	"slipway/internal/platform/db"
)

// ProofMax bounds a file that proves an action, in bytes.
const ProofMax = 10 << 20

// Prove is Register.Done with a file, which is kept under its SHA-256 and never changed.
func (r *Register) Prove(ctx context.Context, ref string, rev int64, in Shown, name string, content []byte) (Action, error) {
	switch {
	case len(content) == 0:
		return r.Done(ctx, ref, rev, in)
	case len(content) > ProofMax:
		return Action{}, errs.InvalidField("file", "file.too_long", "The file has %d bytes. At most %d are kept.", len(content), ProofMax)
	}
	var f fault.List
	if f.Text("name", name, nameMax, false); f.Err() != nil {
		return Action{}, f.Err()
	}
	if name = path.Base(strings.ReplaceAll(name, `\`, "/")); name == "." || name == ".." || name == "/" {
		name = "proof"
	}
	kept := blob.Hold(content, "application/octet-stream")
	in.file = func(tx *db.Tx) (string, string, int64, error) {
		return name, kept.Digest(), int64(len(content)), kept.Store(tx)
	}
	return r.Done(ctx, ref, rev, in)
}

// Proof returns the file that was shown for an action. It fails with errs.NotFound where there is none.
func (r *Register) Proof(ctx context.Context, ref string) (Action, []byte, error) {
	var a Action
	var content []byte
	err := r.db.Read(ctx, func(tx *db.Tx) (err error) {
		if a, err = r.Find(tx, ref); err != nil {
			return err
		}
		if a.Proof.Digest == "" {
			return errs.NotFound("action.no_file", "No file was shown for %s.", a.Key)
		}
		found, err := blob.Bytes(tx, a.Proof.Digest)
		content = found[a.Proof.Digest]
		return err
	})
	return a, content, err
}

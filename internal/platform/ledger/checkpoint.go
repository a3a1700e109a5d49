package ledger

import (
	"context"
	"errors"
	"fmt"

	"slipway/internal/errs"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger/leaf"
	"slipway/internal/platform/ledger/outside"
	"slipway/internal/platform/ledger/tree"
)

// Checkpoint is a signed statement of the tree's size and root.
type Checkpoint struct {
	Epoch int64   `json:"epoch"`
	Size  int64   `json:"size"`
	Root  string  `json:"root"` // base64, as the note has it
	Note  string  `json:"note"` // C2SP tlog-checkpoint
	At    db.Time `json:"at"`   // when it was signed, by the clock of the replica; the signature does not cover it
}

// Checkpoint signs the ledger as it is, or returns the checkpoint that already covers all of it. Before it signs it reads
// the entries since the last one again and extends the tree that it signed then with them: nothing gets a signature
// whose way from the last signature is not there to see. It fails with errs.Internal ledger.inconsistent if the database
// does not continue what was signed. It costs about 2 µs an entry since then.
func (l *Ledger) Checkpoint(ctx context.Context) (Checkpoint, error) {
	l.signing.Lock()
	defer l.signing.Unlock()
	var head Head
	var edge tree.Edge
	var newest Checkpoint
	file, err := outside.Checkpoint(l.o.CheckpointFile)
	if err != nil {
		return Checkpoint{}, err
	}
	err = l.db.Read(ctx, func(tx *db.Tx) (err error) {
		if head, err = headRow(tx); err != nil {
			return err
		}
		if err := l.owns(head); err != nil {
			return err
		}
		if newest, err = newestCheckpoint(tx, head.Epoch); err != nil && !errors.Is(err, db.ErrNone) {
			return err
		}
		edge, err = l.reread(tx, head, file, newest.Note)
		return err
	})
	if err != nil {
		return Checkpoint{}, err
	}
	l.signed = edge
	if newest.Size == head.Size && newest.Note != "" {
		return newest, l.keep(newest.Note, file)
	}
	c := tree.Checkpoint{Origin: tree.Origin(l.installation, head.Epoch), Size: head.Size, Root: head.Root}
	note, err := l.key.SignCheckpoint(c)
	if err != nil {
		return Checkpoint{}, errs.Internal("ledger.unsigned", err)
	}
	out := Checkpoint{Epoch: head.Epoch, Size: head.Size, Root: head.Root.String(), Note: note}
	if err := l.db.Write(ctx, func(tx *db.Tx) error {
		out.At = tx.Now
		return insertCheckpoint(tx, out)
	}); err != nil {
		return Checkpoint{}, err
	}
	return out, l.keep(note, file)
}

// keep writes the last checkpoint beside the key.
func (l *Ledger) keep(note, before string) error {
	if note == before {
		return nil
	}
	return outside.KeepCheckpoint(l.o.CheckpointFile, note)
}

// reread returns the edge at the head, grown from what was signed last by reading every entry since.
func (l *Ledger) reread(tx *db.Tx, head Head, notes ...string) (tree.Edge, error) {
	edge := l.signed.Clone()
	if edge.Size() > head.Size {
		return edge, inconsistent("it ends at %d entries, %d were signed", head.Size, edge.Size())
	}
	for _, n := range notes {
		c, ok := l.ours(n, head.Epoch)
		if !ok {
			continue
		}
		if c.Size > head.Size {
			return edge, inconsistent("it ends at %d entries, %d were signed", head.Size, c.Size)
		}
		at, err := tree.EdgeAt(c.Size, &nodes{tx: tx})
		if err != nil && !errors.Is(err, tree.ErrMissing) {
			return edge, err
		}
		if err != nil || at.Root() != c.Root {
			return edge, inconsistent("its first %d entries are not those that were signed", c.Size)
		}
		if c.Size > edge.Size() {
			edge = at
		}
	}
	for edge.Size() < head.Size {
		hs, err := headersFrom(tx, edge.Size(), stride)
		if err != nil {
			return edge, err
		}
		if len(hs) == 0 {
			return edge, inconsistent("entry %d is missing", edge.Size())
		}
		for _, h := range hs {
			if h.Seq != edge.Size() {
				return edge, inconsistent("entry %d is missing", edge.Size())
			}
			if h.Seq < head.Size {
				edge.Append(leaf.Hash([]byte(h.Header)))
			}
		}
	}
	if edge.Root() != head.Root {
		return edge, inconsistent("its head is not the root of its entries")
	}
	return edge, nil
}

func inconsistent(format string, args ...any) error {
	return errs.Internal("ledger.inconsistent", fmt.Errorf("ledger: the database does not continue what was signed: "+format+"; run `slipway ledger verify`", args...))
}

// ours reads a checkpoint that this key signed in this epoch.
func (l *Ledger) ours(note string, epoch int64) (tree.Checkpoint, bool) {
	if note == "" {
		return tree.Checkpoint{}, false
	}
	c, err := tree.VerifyCheckpoint(note, l.key.Public())
	return c, err == nil && c.Origin == tree.Origin(l.installation, epoch)
}

// checkpointIfDue signs when the tick says so or many entries have come since the newest checkpoint. It returns the size that
// is covered now.
func (l *Ledger) checkpointIfDue(ctx context.Context, tick bool) (int64, error) {
	var head Head
	var newest Checkpoint
	err := l.db.Read(ctx, func(tx *db.Tx) (err error) {
		if head, err = headRow(tx); err != nil {
			return err
		}
		if newest, err = newestCheckpoint(tx, head.Epoch); errors.Is(err, db.ErrNone) {
			err = nil
		}
		return err
	})
	if err != nil || head.Size == newest.Size || !tick && head.Size-newest.Size < l.o.EveryEntries {
		return newest.Size, err
	}
	c, err := l.Checkpoint(ctx)
	return max(c.Size, newest.Size), err
}

// Newest returns the newest checkpoint of the present epoch. It fails with errs.NotFound before the first one.
func Newest(tx *db.Tx) (Checkpoint, error) {
	h, err := headRow(tx)
	if err != nil {
		return Checkpoint{}, err
	}
	c, err := newestCheckpoint(tx, h.Epoch)
	if errors.Is(err, db.ErrNone) {
		return Checkpoint{}, errs.NotFound("ledger.checkpoint_missing", "No checkpoint has been signed yet.")
	}
	return c, err
}

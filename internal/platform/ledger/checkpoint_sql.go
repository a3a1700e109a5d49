package ledger

import (
	"strings"

	"slipway/internal/platform/db"
)

type checkpointColumns struct {
	Epoch int64
	Size  int64
	Note  string
	At    db.Time
}

func (c checkpointColumns) checkpoint() Checkpoint {
	out := Checkpoint{Epoch: c.Epoch, Size: c.Size, Note: c.Note, At: c.At}
	if lines := strings.SplitN(c.Note, "\n", 4); len(lines) == 4 {
		out.Root = lines[2]
	}
	return out
}

func newestCheckpoint(tx *db.Tx, epoch int64) (Checkpoint, error) {
	var c checkpointColumns
	err := tx.Get(&c, `SELECT epoch, size, note, at FROM ledger_checkpoint WHERE epoch = $1 ORDER BY size DESC LIMIT 1`, epoch)
	return c.checkpoint(), err
}

// insertCheckpoint keeps the first of two that replicas sign at the same size; they say the same.
func insertCheckpoint(tx *db.Tx, c Checkpoint) error {
	_, err := tx.Exec(`INSERT INTO ledger_checkpoint (epoch, size, note, at) VALUES ($1, $2, $3, $4) ON CONFLICT (epoch, size) DO NOTHING`,
		c.Epoch, c.Size, c.Note, c.At)
	return err
}

func checkpointRows(tx *db.Tx) (cs []checkpointColumns, err error) {
	err = tx.All(&cs, `SELECT epoch, size, note, at FROM ledger_checkpoint ORDER BY size, epoch`)
	return cs, err
}

type headerColumns struct {
	Seq    int64
	Header string
}

func headersFrom(tx *db.Tx, from int64, limit int) (hs []headerColumns, err error) {
	err = tx.All(&hs, `SELECT seq, header FROM ledger_entry WHERE seq >= $1 ORDER BY seq LIMIT $2`, from, limit)
	return hs, err
}

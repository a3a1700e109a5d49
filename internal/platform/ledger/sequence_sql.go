package ledger

import (
	"context"
	"errors"
	"math"

	"github.com/jackc/pgx/v5"
	"golang.org/x/mod/sumdb/tlog"

	"slipway/internal/id"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger/tree"
)

// nonePending is the transaction number of no pending entry: larger than every other.
const nonePending = math.MaxInt64

type pendingColumns struct {
	Tx      int64
	Ordinal int64
	ID      string
	Header  string
	Salt    []byte
	Payload string
}

// sequencable selects what may be numbered. Every transaction below the snapshot's xmin has ended, so that nothing with a
// lower number can appear later (PostgreSQL 15, 9.26, "pg_snapshot components"). A visible row at or above xmax was written
// by another cluster, before a dump and a restore, and has nothing to wait for.
const sequencable = `
SELECT tx, ordinal, id, header, salt, payload FROM ledger_pending
WHERE tx < pg_snapshot_xmin(pg_current_snapshot())::text::bigint OR tx >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint
ORDER BY tx, ordinal LIMIT $1`

// sequenceSome numbers what may be numbered now, tells the other replicas, and returns the transaction number of the
// oldest entry that is left, or nonePending. Several may run at once: each locks the head row first.
func (l *Ledger) sequenceSome(ctx context.Context) (oldest int64, err error) {
	some := false
	for more := true; more; {
		n, err := l.sequenceBatch(ctx)
		if err != nil {
			return 0, err
		}
		some = some || n > 0
		more = n == batch
	}
	if some {
		l.grown.Raise()
		// A lost notification costs the others a poll, no more.
		if _, err := l.db.Pool().Exec(ctx, "SELECT pg_notify('"+channel+"', '')"); err != nil {
			return 0, err
		}
	}
	err = l.db.Pool().QueryRow(ctx, `SELECT coalesce(min(tx), $1) FROM ledger_pending`, int64(nonePending)).Scan(&oldest)
	return oldest, err
}

// sequenceBatch works below SERIALIZABLE on purpose: it takes turns with others by the lock on the head row, its second
// statement sees everything committed before it got the lock, and it must not make the transactions that it reads
// from run again.
func (l *Ledger) sequenceBatch(ctx context.Context) (n int, err error) {
	err = pgx.BeginTxFunc(ctx, l.db.Pool(), pgx.TxOptions{IsoLevel: pgx.ReadCommitted}, func(tx pgx.Tx) error {
		var some bool
		if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM ledger_pending)`).Scan(&some); err != nil || !some {
			return err
		}
		s := &sequencerStore{ctx: ctx, tx: tx}
		if s.locked, err = lockHead(ctx, tx); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, sequencable, batch)
		if err != nil {
			return err
		}
		cs, err := pgx.CollectRows(rows, pgx.RowToStructByPos[pendingColumns])
		if err != nil || len(cs) == 0 {
			return err
		}
		ps := make([]*pending, len(cs))
		txs, ordinals := make([]int64, len(cs)), make([]int64, len(cs))
		for i, c := range cs {
			if ps[i], err = c.parsed(); err != nil {
				return err
			}
			txs[i], ordinals[i] = c.Tx, c.Ordinal
		}
		if err := l.extend(s, ps); err != nil {
			return err
		}
		n = len(ps)
		_, err = tx.Exec(ctx, `DELETE FROM ledger_pending p USING unnest($1::bigint[], $2::bigint[]) AS d (tx, ordinal)
			WHERE p.tx = d.tx AND p.ordinal = d.ordinal`, txs, ordinals)
		return err
	})
	return n, err
}

func lockHead(ctx context.Context, tx pgx.Tx) (Head, error) {
	var c headColumns
	err := tx.QueryRow(ctx, selectHead+` FOR UPDATE`).Scan(&c.Epoch, &c.Size, &c.Root, &c.Key)
	if err != nil {
		return Head{}, err
	}
	return c.head()
}

// sequencerStore extends the ledger inside the sequencer's transaction.
type sequencerStore struct {
	ctx    context.Context // of the one batch it serves
	tx     pgx.Tx
	locked Head
}

func (s *sequencerStore) head() (Head, error) { return s.locked, nil }

func (s *sequencerStore) exec(query string, args ...any) error {
	_, err := s.tx.Exec(s.ctx, query, args...)
	return err
}

func (s *sequencerStore) hashes() tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		need := make([]int64, len(indexes))
		for i, index := range indexes {
			need[i] = tree.PlaceOf(index).Seq
		}
		rows, err := s.tx.Query(s.ctx, `SELECT seq, nodes FROM ledger_entry WHERE seq = ANY($1)`, need)
		if err != nil {
			return nil, err
		}
		have := map[int64][]byte{}
		var seq int64
		var b []byte
		if _, err := pgx.ForEachRow(rows, []any{&seq, &b}, func() error {
			have[seq] = append([]byte(nil), b...)
			return nil
		}); err != nil {
			return nil, err
		}
		return tree.Pick(indexes, have)
	})
}

// newestPending returns the highest transaction number of a pending entry, or -1.
func (l *Ledger) newestPending(ctx context.Context) (tx int64, err error) {
	err = l.db.Pool().QueryRow(ctx, `SELECT coalesce(max(tx), -1) FROM ledger_pending`).Scan(&tx)
	return tx, err
}

func anyPending(tx *db.Tx) (some bool, err error) {
	err = tx.Get(&some, `SELECT EXISTS (SELECT 1 FROM ledger_pending)`)
	return some, err
}

func pendingRows(tx *db.Tx) (rows []pendingColumns, err error) {
	err = tx.All(&rows, `SELECT tx, ordinal, id, header, salt, payload FROM ledger_pending ORDER BY tx, ordinal LIMIT $1`, batch)
	return rows, err
}

func deletePending(tx *db.Tx, c pendingColumns) error {
	_, err := tx.Exec(`DELETE FROM ledger_pending WHERE tx = $1 AND ordinal = $2`, c.Tx, c.Ordinal)
	return err
}

func seqOf(tx *db.Tx, e id.Entry) (seq int64, found bool, err error) {
	err = tx.Get(&seq, `SELECT seq FROM ledger_entry WHERE id = $1`, e)
	if errors.Is(err, db.ErrNone) {
		return 0, false, nil
	}
	return seq, err == nil, err
}

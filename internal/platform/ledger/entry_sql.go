package ledger

import (
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger/tree"
)

type headColumns struct {
	Epoch int64
	Size  int64
	Root  []byte
	Key   string
}

func (c headColumns) head() (Head, error) {
	if len(c.Root) != tlog.HashSize {
		return Head{}, errCorrupt
	}
	return Head{Epoch: c.Epoch, Size: c.Size, Root: tlog.Hash(c.Root), key: c.Key}, nil
}

const selectHead = `SELECT epoch, size, root, key FROM ledger_head WHERE one = 1`

func headRow(tx *db.Tx) (Head, error) {
	var c headColumns
	if err := tx.Get(&c, selectHead); err != nil {
		return Head{}, err
	}
	return c.head()
}

const setHead = `UPDATE ledger_head SET size = $1, root = $2 WHERE one = 1`

// liteStore extends the ledger inside the shared commit of SQLite.
type liteStore struct{ tx *db.Tx }

func (s liteStore) head() (Head, error)     { return headRow(s.tx) }
func (s liteStore) hashes() tlog.HashReader { return &nodes{tx: s.tx} }
func (s liteStore) exec(query string, args ...any) error {
	_, err := s.tx.Exec(query, args...)
	return err
}

// chunks are the numbers of rows that one INSERT takes, so that few statements serve batches of every size.
var chunks = [...]int{32, 8, 2, 1}

var (
	insertEntries  = inserts("ledger_entry (seq, id, header, nodes, at, action, person, machine, subject, release, scope)", 11)
	insertPayloads = inserts("ledger_payload (seq, salt, payload)", 3)
	insertPendings = inserts("ledger_pending (tx, ordinal, id, header, salt, payload)", 5)
)

// inserts returns one INSERT for each of chunks. The pending ones take the transaction's number from PostgreSQL.
func inserts(into string, params int) [len(chunks)]string {
	var out [len(chunks)]string
	for c, rows := range chunks {
		var b strings.Builder
		b.WriteString("INSERT INTO " + into + " VALUES ")
		for r := range rows {
			if r > 0 {
				b.WriteByte(',')
			}
			b.WriteByte('(')
			if strings.HasPrefix(into, "ledger_pending") {
				b.WriteString("pg_current_xact_id()::text::bigint,")
			}
			for p := range params {
				if p > 0 {
					b.WriteByte(',')
				}
				b.WriteString("$" + strconv.Itoa(r*params+p+1))
			}
			b.WriteByte(')')
		}
		out[c] = b.String()
	}
	return out
}

// inChunks calls exec with as few statements as n rows take; args appends the parameters of row i.
func inChunks(n int, queries [len(chunks)]string, exec func(string, ...any) error, args func(dst []any, i int) []any) error {
	var buf []any
	for i, c := 0, 0; i < n; {
		if n-i < chunks[c] {
			c++
			continue
		}
		buf = buf[:0]
		for end := i + chunks[c]; i < end; i++ {
			buf = args(buf, i)
		}
		if err := exec(queries[c], buf...); err != nil {
			return err
		}
	}
	return nil
}

func insertRows(s store, rows []row) error {
	err := inChunks(len(rows), insertEntries, s.exec, func(dst []any, i int) []any {
		r := rows[i]
		c := columnsOf(r.p.head)
		return append(dst, r.seq, string(r.p.id), string(r.p.header), r.nodes, c.at, c.action, optional(c.person), optional(c.machine),
			c.subject, optional(c.release), c.scp)
	})
	if err != nil {
		return err
	}
	return inChunks(len(rows), insertPayloads, s.exec, func(dst []any, i int) []any {
		return append(dst, rows[i].seq, rows[i].p.salt[:], string(rows[i].p.payload))
	})
}

func optional(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func insertPending(tx *db.Tx, ps []*pending) error {
	exec := func(query string, args ...any) error {
		_, err := tx.Exec(query, args...)
		return err
	}
	return inChunks(len(ps), insertPendings, exec, func(dst []any, i int) []any {
		p := ps[i]
		return append(dst, int64(i), string(p.id), string(p.header), p.salt[:], string(p.payload))
	})
}

// nodes reads the tree's stored hashes for tlog, and keeps what it has read.
type nodes struct {
	tx   *db.Tx
	have map[int64][]byte
}

// ReadHashes implements tlog.HashReader with one statement for what it has not read before.
func (n *nodes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	if n.have == nil {
		n.have = map[int64][]byte{}
	}
	var need []int64
	for _, i := range indexes {
		p := tree.PlaceOf(i)
		if _, ok := n.have[p.Seq]; !ok {
			need = append(need, p.Seq)
			n.have[p.Seq] = nil
		}
	}
	if len(need) > 0 {
		q, args := nodesOf(need)
		var rows []struct {
			Seq   int64
			Nodes []byte
		}
		if err := n.tx.All(&rows, q, args...); err != nil {
			return nil, err
		}
		for _, r := range rows {
			n.have[r.Seq] = r.Nodes
		}
	}
	return tree.Pick(indexes, n.have)
}

// nodesOf returns the query for the nodes of some entries. The number of parameters is rounded up, so that few statements
// serve every number.
func nodesOf(seqs []int64) (string, []any) {
	n := 8
	for n < len(seqs) {
		n *= 2
	}
	args := make([]any, n)
	for i := range args {
		args[i] = seqs[min(i, len(seqs)-1)]
	}
	return "SELECT seq, nodes FROM ledger_entry WHERE seq IN (" + placeholders(1, n) + ")", args
}

func placeholders(from, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("$" + strconv.Itoa(from+i))
	}
	return b.String()
}

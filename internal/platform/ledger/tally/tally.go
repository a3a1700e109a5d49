package tally

import (
	"strings"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
	"slipway/internal/platform/ledger/leaf"
)

// Tally is where a process stands in what the database has committed. The zero Tally stands before everything. It is not
// safe for concurrent use.
type Tally struct {
	size int64  // entries with a number that it has passed
	seen string // the snapshot of the last Advance; "" before the first
	// early are the entries passed while they waited for their number. They come again when they have it.
	early map[id.Entry]bool
}

// Next is what was committed since a Tally, and where that leaves it.
type Next struct {
	Committed []ledger.Committed
	// More tells that there is more than the limit, or that the tally has seen nothing before: everything must be read.
	More bool

	size  int64
	seen  string
	early map[id.Entry]bool // of Committed, those that wait for their number
	late  []id.Entry        // those passed early that have it now
}

// Next returns every entry that was committed since the snapshot of the last Advance, at most limit, each once, whether it
// has its number yet or not. It costs one statement, and one more once entries got their numbers; how many wait for theirs
// does not matter. The tally stays where it is until Advance.
func (t *Tally) Next(tx *db.Tx, limit int) (Next, error) {
	n := Next{early: map[id.Entry]bool{}, More: t.seen == ""}
	rows, err := look(tx, t.seen, limit+1)
	if err != nil {
		return n, err
	}
	n.size, n.seen = rows[0].Size, rows[0].Seen
	if n.More {
		return n, nil
	}
	if n.size > t.size {
		if err := t.numbered(tx, &n, limit+1); err != nil {
			return n, err
		}
	}
	for _, r := range rows {
		if r.ID == "" || t.early[r.ID] {
			continue
		}
		h, err := leaf.Parse([]byte(r.Header))
		if err != nil {
			return n, errs.Internal("ledger.pending_malformed", err)
		}
		n.early[r.ID] = true
		n.Committed = append(n.Committed, ledger.Committed{Action: h.Action, Subject: ledger.Subject(h.Subject), Release: id.Release(h.Release), Scope: h.Scope})
	}
	n.More = len(n.Committed) > limit
	return n, nil
}

// numbered adds the entries that have got their numbers since, without those that were passed while they waited.
func (t *Tally) numbered(tx *db.Tx, n *Next, limit int) error {
	rows, err := numbered(tx, t.size, limit+len(t.early))
	for _, r := range rows {
		if t.early[r.ID] {
			n.late = append(n.late, r.ID)
			continue
		}
		kind, ref, _ := strings.Cut(r.Subject, "/")
		n.Committed = append(n.Committed, ledger.Committed{Action: r.Action, Subject: ledger.Subject{Kind: kind, ID: ref}, Release: id.Release(r.Release), Scope: r.Scope})
	}
	return err
}

// Advance moves the tally to where n was read, once what n names has been marked.
func (t *Tally) Advance(n Next) {
	t.size, t.seen = n.size, n.seen
	if n.More || t.early == nil {
		// What waits and is not remembered comes a second time with its number, which costs a reading and harms nothing.
		t.early = n.early
		return
	}
	for _, e := range n.late {
		delete(t.early, e)
	}
	for e := range n.early {
		t.early[e] = true
	}
}

package ledger

import (
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// Committed is what an entry touched. It carries no sequence number, which on PostgreSQL comes later.
type Committed struct {
	Action  string
	Subject Subject
	Release id.Release // or ""
	Scope   string
}

// OnCommit calls fn with the entries of every commit of this process, after it is durable and before the writes in it are
// acknowledged; on SQLite that is every commit there is. fn must be quick and cannot fail: it marks what memory must read
// again. Call it before the first write.
func (l *Ledger) OnCommit(fn func(es []Committed)) { l.committed = append(l.committed, fn) }

// tell keeps the entries for those who asked for them once they are committed.
func (l *Ledger) tell(tx *db.Tx, ps []*pending) {
	if len(l.committed) == 0 {
		return
	}
	es := make([]Committed, len(ps))
	for i, p := range ps {
		es[i] = Committed{Action: p.head.Action, Subject: Subject(p.head.Subject), Release: id.Release(p.head.Release), Scope: p.head.Scope}
	}
	tx.AfterCommit(func() {
		for _, fn := range l.committed {
			fn(es)
		}
	})
}

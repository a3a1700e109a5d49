package ledger

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"slipway/internal/errs"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger/tree"
	"slipway/internal/platform/ledger/wake"
)

// Options say where the ledger's key and last checkpoint are, and how it works in the background.
type Options struct {
	// Secret is the signing key from configuration: 32 bytes in base64. Replicas share one. Empty: KeyFile holds it.
	Secret string
	// KeyFile holds the signing key; it is made, readable by its owner only, when the installation starts for the first time.
	KeyFile string
	// CheckpointFile keeps the last checkpoint outside of the database, so that a cut-off ledger is found. Empty: none.
	CheckpointFile string
	// NewEpoch is the reason to start a new epoch, as a restore does. Then another key is accepted.
	NewEpoch string
	// Every is how often a grown ledger gets a checkpoint in the background; 0 is five minutes.
	Every time.Duration
	// EveryEntries is after how many entries it gets one at the latest; 0 is 5,000.
	EveryEntries int64
	// Poll is how often a PostgreSQL replica looks for what no notification told it; 0 is two seconds.
	Poll time.Duration
	// Fault is told what goes wrong in the background. It may be nil.
	Fault func(error)
}

// Ledger is the open ledger of one database. Its methods are safe for concurrent use.
type Ledger struct {
	db           *db.DB
	o            Options
	key          tree.Key
	installation string

	mu   sync.Mutex // guards edge
	edge tree.Edge  // of the newest head that this process wrote; checked against the head row before use
	root tlog.Hash  // of edge

	grown  wake.Signal // entries have got their numbers
	wanted wake.Signal // entries wait for theirs (PostgreSQL)

	signing sync.Mutex
	signed  tree.Edge // up to where this process has re-read what it signs

	durables  []durable
	committed []func([]Committed)
	cancel    context.CancelFunc
	running   sync.WaitGroup
}

// Open connects the ledger to a migrated database: from here on every commit of d carries its entries. A fresh database
// becomes an installation with a first entry that names its public key. It fails with errs.Blocked ledger.key_missing or
// ledger.key_other if the key is not the installation's. One Ledger may be opened on a db.DB.
func Open(ctx context.Context, d *db.DB, o Options) (*Ledger, error) {
	if o.Every == 0 {
		o.Every = 5 * time.Minute
	}
	if o.EveryEntries == 0 {
		o.EveryEntries = 5000
	}
	if o.Poll == 0 {
		o.Poll = 2 * time.Second
	}
	if o.Fault == nil {
		o.Fault = func(error) {}
	}
	l := &Ledger{db: d, o: o, root: tree.Empty}
	if d.Engine() == db.SQLite {
		d.BeforeCommit(collect{}, l.sealLite)
	} else {
		d.BeforeCommit(collect{}, l.sealPostgres)
	}
	if err := l.establish(ctx); err != nil {
		return nil, err
	}
	return l, nil
}

// Public returns the installation's public key in the text form of signed notes; with it anyone can check checkpoints and
// exports.
func (l *Ledger) Public() string { return l.key.Public() }

// Installation returns the installation's identifier.
func (l *Ledger) Installation() string { return l.installation }

// Head says how far the ledger has come.
type Head struct {
	Epoch int64
	Size  int64 // entries with a number: 0 to Size-1
	Root  tlog.Hash
	key   string
}

// HeadOf returns the head as the transaction sees it.
func HeadOf(tx *db.Tx) (Head, error) { return headRow(tx) }

// Head returns the newest head.
func (l *Ledger) Head(ctx context.Context) (h Head, err error) {
	err = l.db.Read(ctx, func(tx *db.Tx) error {
		h, err = headRow(tx)
		return err
	})
	return h, err
}

// sealLite gives the entries of one shared commit their numbers and extends the tree with them.
func (l *Ledger) sealLite(tx *db.Tx, items []any) error {
	if tx.Value(collect{}) != nil {
		return errs.Internal("ledger.opened_twice", fmt.Errorf("ledger: two ledgers are open on one db.DB"))
	}
	tx.SetValue(collect{}, true)
	ps, err := pendings(items)
	if err != nil {
		return err
	}
	if err := l.extend(liteStore{tx}, ps); err != nil {
		return err
	}
	l.tell(tx, ps)
	tx.AfterCommit(l.grown.Raise)
	return nil
}

// sealPostgres leaves the entries of a transaction to the sequencer.
func (l *Ledger) sealPostgres(tx *db.Tx, items []any) error {
	if tx.Value(collect{}) != nil {
		return errs.Internal("ledger.opened_twice", fmt.Errorf("ledger: two ledgers are open on one db.DB"))
	}
	tx.SetValue(collect{}, true)
	ps, err := pendings(items)
	if err != nil {
		return err
	}
	if err := insertPending(tx, ps); err != nil {
		return err
	}
	l.tell(tx, ps)
	tx.AfterCommit(l.wanted.Raise)
	return nil
}

func pendings(items []any) ([]*pending, error) {
	ps := make([]*pending, len(items))
	for i, it := range items {
		ps[i] = it.(*pending)
		if ps[i].fault != nil {
			return nil, ps[i].fault
		}
	}
	return ps, nil
}

// store is a transaction that extends the ledger: the shared commit on SQLite, the sequencer's on PostgreSQL.
type store interface {
	head() (Head, error)
	hashes() tlog.HashReader
	exec(query string, args ...any) error
}

// extend appends entries to the tree and stores them. What it remembers of the tree is compared with the head row first:
// after a commit that failed, or another replica's, it is read again.
func (l *Ledger) extend(s store, ps []*pending) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	h, err := s.head()
	if err != nil {
		return err
	}
	if l.edge.Size() != h.Size || l.root != h.Root {
		e, err := tree.EdgeAt(h.Size, s.hashes())
		if errors.Is(err, tree.ErrMissing) || err == nil && e.Root() != h.Root {
			return errCorrupt
		}
		if err != nil {
			return err
		}
		l.edge, l.root = e, h.Root
	}
	edge := l.edge.Clone()
	rows := make([]row, len(ps))
	for i, p := range ps {
		rows[i] = row{seq: edge.Size(), p: p, nodes: tree.Join(edge.Append(tlog.RecordHash(p.header)))}
	}
	if err := insertRows(s, rows); err != nil {
		return err
	}
	root := edge.Root()
	if err := s.exec(setHead, edge.Size(), root[:]); err != nil {
		return err
	}
	l.edge, l.root = edge, root
	return nil
}

var errCorrupt = errs.Internal("ledger.corrupt",
	fmt.Errorf("ledger: the stored tree does not agree with its head; nothing is recorded until `slipway ledger verify` has named the fault and a backup is restored"))

type row struct {
	seq   int64
	p     *pending
	nodes []byte
}

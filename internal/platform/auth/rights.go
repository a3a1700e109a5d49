package auth

import (
	"context"
	"slices"
	"sync"
	"time"

	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// held is what one person holds, in one version of all rights. It does not change once read.
type held struct {
	active  bool
	grants  []Grant
	further map[string][]string // further role → permissions
}

func (h *held) carries(role string, p Permission) bool {
	return p.CarriedBy(role) || slices.Contains(h.further[role], p.Name)
}

func (h *held) may(p Permission, scope Scope, now db.Time) bool {
	return slices.ContainsFunc(h.grants, func(g Grant) bool {
		return g.Scope.Covers(scope) && g.inForce(now) && h.carries(g.Role, p)
	})
}

// memory keeps what was read of rights, all of one version. It takes only what a committed state holds.
type memory struct {
	mu      sync.Mutex
	version int64
	people  map[id.Person]*held
}

// remembered bounds the map; a fuller one starts again.
const remembered = 20_000

// at returns the memory's version; 0 before the first.
func (m *memory) at() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.version
}

// to forgets everything of older versions. It reports whether the memory is of version v now.
func (m *memory) to(v int64) bool {
	if v > m.version {
		m.version = v
		m.people = map[id.Person]*held{}
	}
	return v == m.version
}

func (m *memory) advance(v int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.to(v)
}

func (m *memory) held(v int64, p id.Person) *held {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.version != v {
		return nil
	}
	return m.people[p]
}

func (m *memory) keep(v int64, p id.Person, r *held) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.to(v) {
		return
	}
	if len(m.people) >= remembered {
		clear(m.people)
	}
	m.people[p] = r
}

// Rights answers what people may. It remembers what it read until rights change; its methods are safe for concurrent use.
// A process has one for a SQLite database: there it learns of changes from itself alone.
type Rights struct {
	db      *db.DB
	catalog *Catalog
	zone    *time.Location
	memory  memory
}

// NewRights returns the rights of an installation; auth's own permissions alone if the catalog is nil.
func NewRights(d *db.DB, c *Catalog) *Rights {
	if c == nil {
		c, _ = NewCatalog() // the package's own list, held valid by a test
	}
	return &Rights{db: d, catalog: c, zone: time.UTC}
}

// ShowIn sets the zone in which times are shown to people without one of their own, UTC before. It belongs to the wiring,
// before any call.
func (r *Rights) ShowIn(z *time.Location) { r.zone = z }

// DisplayZone returns the zone in which times are shown to people without one of their own.
func (r *Rights) DisplayZone() *time.Location { return r.zone }

// Catalog returns every permission of the installation.
func (r *Rights) Catalog() *Catalog { return r.catalog }

// Version returns the number that rises with every change of rights, as the transaction sees it. It costs one statement.
func Version(tx *db.Tx) (int64, error) { return rightsVersion(tx) }

// Remembered returns the newest version this process knows to be committed; 0 before the first. On SQLite it is exact.
func (r *Rights) Remembered() int64 { return r.memory.at() }

// inTx is what one transaction has read of rights. After a change of rights inside it nothing of it may be remembered
// beyond the transaction.
type inTx struct {
	version int64
	people  map[id.Person]*held
	changed bool
}

type inTxKey struct{}

func txRights(tx *db.Tx) *inTx {
	if t, ok := tx.Value(inTxKey{}).(*inTx); ok {
		return t
	}
	t := &inTx{people: map[id.Person]*held{}}
	tx.SetValue(inTxKey{}, t)
	return t
}

// of returns what the person holds as the transaction sees it.
func (r *Rights) of(tx *db.Tx, p id.Person) (*held, error) {
	t := txRights(tx)
	if h := t.people[p]; h != nil {
		return h, nil
	}
	if t.version == 0 {
		// On SQLite this process makes every change, so its memory is never older than a snapshot.
		if t.version = r.memory.at(); t.version == 0 || tx.Writing() || tx.Engine() != db.SQLite {
			var err error
			if t.version, err = rightsVersion(tx); err != nil {
				return nil, err
			}
		}
	}
	if !t.changed {
		if h := r.memory.held(t.version, p); h != nil {
			t.people[p] = h
			return h, nil
		}
	}
	h, err := readHeld(tx, p)
	if err != nil {
		return nil, err
	}
	t.people[p] = h
	if t.changed {
		return h, nil
	}
	if tx.Writing() {
		tx.AfterCommit(func() {
			if !t.changed {
				r.memory.keep(t.version, p, h)
			}
		})
		return h, nil
	}
	// The snapshot may be older than the memory's version, so it is kept under its own.
	if v, err := rightsVersion(tx); err == nil {
		r.memory.keep(v, p, h)
	}
	return h, nil
}

// Changed must follow every change of people's activity, teams, roles, bindings, tokens and ended sessions.
func (r *Rights) Changed(tx *db.Tx) error {
	v, err := raiseRights(tx)
	if err != nil {
		return err
	}
	t := txRights(tx)
	t.version, t.changed = v, true
	clear(t.people)
	tx.AfterCommit(func() { r.memory.advance(v) })
	return nil
}

// May tells for each permission whether the caller has it everywhere. It records nothing: it is for buttons of pages that
// say why they are off.
func (r *Rights) May(ctx context.Context, permissions ...string) (may map[string]bool, err error) {
	err = r.db.Read(ctx, func(tx *db.Tx) error {
		may = map[string]bool{}
		for _, p := range permissions {
			ok, err := Allowed(tx, p, Everywhere)
			if err != nil {
				return err
			}
			may[p] = ok
		}
		return nil
	})
	return may, err
}

package clearance

import (
	"context"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

const (
	ahead   = 400 * 24 * time.Hour // how far periods are written out
	behind  = 48 * time.Hour
	refresh = 24 * time.Hour // after which they are again
	// manyItems and manyTouched are from how many on everything is read at once.
	manyItems   = 100
	manyTouched = 5_000
)

// Warm reads memory, so that the first question after a start does not wait for it.
func (c *Clearance) Warm(ctx context.Context) error { return c.fresh(ctx) }

// fresh returns when memory stands at every commit that was acknowledged before the call. On SQLite that costs a look at
// memory unless something must be read again; on PostgreSQL one statement, shared by all who ask meanwhile.
func (c *Clearance) fresh(ctx context.Context) error {
	if c.db.Engine() == db.Postgres {
		return c.shared.Do(ctx, nil)
	}
	for !c.current() {
		if err := c.again(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (c *Clearance) current() bool {
	m := &c.memory
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.stale.none() && !m.reading && c.db.Clock().Now().Sub(m.expanded) < refresh
}

// again reads what is marked, one caller for all who wait.
func (c *Clearance) again(ctx context.Context) error {
	c.loading.Lock()
	defer c.loading.Unlock()
	if c.current() {
		return nil
	}
	t := c.memory.take()
	if err := c.db.Read(system(ctx), func(tx *db.Tx) error { return c.read(tx, t) }); err != nil {
		c.memory.untake(t)
		return err
	}
	return nil
}

// system is the context of reading for memory: it acts for nobody and outlives the asker.
func system(ctx context.Context) context.Context {
	return auth.WithSystem(context.WithoutCancel(ctx))
}

// follow brings memory to what PostgreSQL has committed, whichever replica wrote it, and passes those who wait through it,
// all in one read.
func (c *Clearance) follow(ctx context.Context, waiting []*pass) error {
	c.loading.Lock()
	defer c.loading.Unlock()
	return c.db.Read(system(ctx), func(tx *db.Tx) error {
		if err := c.catchUp(tx); err != nil {
			return err
		}
		for _, p := range waiting {
			if p != nil {
				p.err = c.find(tx.As(p.ctx), p)
			}
		}
		return nil
	})
}

// catchUp reads what was touched since it last did. Nothing else changes stale and tally on PostgreSQL.
func (c *Clearance) catchUp(tx *db.Tx) error {
	m := &c.memory
	n, err := m.tally.Next(tx, manyTouched)
	if err != nil {
		return err
	}
	if n.More {
		m.untake(stale{all: true})
	} else if len(n.Committed) > 0 {
		m.touched(n.Committed)
	}
	if !c.current() {
		t := m.take()
		if err := c.read(tx, t); err != nil {
			m.untake(t)
			return err
		}
	}
	m.tally.Advance(n)
	return nil
}

// read reads again what is marked.
func (c *Clearance) read(tx *db.Tx, t stale) error {
	m := &c.memory
	var n memory
	now := tx.Now.Std()
	old := now.Sub(m.expanded) >= refresh
	var err error
	if t.all {
		if n.services, err = allServices(tx); err != nil {
			return err
		}
	} else if len(t.services) > 0 {
		if n.services, err = someServices(tx, t.services); err != nil {
			return err
		}
	}
	if t.all || t.environments {
		es, err := catalog.Environments(tx)
		if err != nil {
			return err
		}
		n.environments = map[string]*catalog.Environment{}
		for i := range es {
			n.environments[es[i].Key], n.environments[string(es[i].ID)] = &es[i], &es[i]
		}
	}
	if t.all || t.periods || old {
		if n.periods, err = calendar.AllStanding(tx, db.At(now.Add(-behind)), db.At(now.Add(ahead))); err != nil {
			return err
		}
		n.expanded, n.horizon = now, now.Add(ahead)
	}
	if t.all || t.passing {
		if n.passing, err = calendar.AllPassing(tx); err != nil {
			return err
		}
	}
	if t.all || t.bars {
		bs, err := catalog.StandingBars(tx)
		if err != nil {
			return err
		}
		n.bars = map[id.Service][]catalog.Bar{}
		for _, b := range bs {
			n.bars[b.Service] = append(n.bars[b.Service], b)
		}
	}
	if t.all || t.overrides {
		if n.overrides, err = standingOverrides(tx, tx.Now); err != nil {
			return err
		}
	}
	if t.all || len(t.items) > manyItems {
		n.items = map[id.Release][]plan.Carried{}
		if err := plan.AllCarried(tx, func(x plan.Carried) { n.items[x.Release] = append(n.items[x.Release], x) }); err != nil {
			return err
		}
		t.items = nil
	}
	changed := map[id.Release][]plan.Carried{}
	for r := range t.items {
		if changed[r], err = carriedBy(tx, r); err != nil {
			return err
		}
	}
	m.apply(t, &n, changed)
	return nil
}

// carriedBy returns the items of a release, none of one that has ended.
func carriedBy(tx *db.Tx, r id.Release) ([]plan.Carried, error) {
	rel, err := plan.ReleaseByID(tx, r)
	if errs.Is(err, errs.CodeNotFound) || err == nil && rel.Ended() {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	items, err := plan.Manifest(tx, r)
	out := make([]plan.Carried, len(items))
	for i, x := range items {
		out[i] = plan.Carried{Release: r, Service: x.Service, Version: x.Version, Digest: x.Digest}
	}
	return out, err
}

// apply puts what was read into memory.
func (m *memory) apply(t stale, n *memory, changed map[id.Release][]plan.Carried) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.gen++
	m.reading = false
	switch {
	case t.all:
		m.services = n.services
	default:
		for k := range t.services { // an identifier
			if s := m.services[k]; s != nil {
				delete(m.services, s.Key)
				delete(m.services, k)
			}
		}
		for k, s := range n.services {
			m.services[k] = s
		}
	}
	if n.environments != nil {
		m.environments = n.environments
	}
	if !n.expanded.IsZero() {
		m.periods, m.expanded, m.horizon = n.periods, n.expanded, n.horizon
	}
	if t.all || t.passing {
		m.passing = n.passing
	}
	if n.bars != nil {
		m.bars = n.bars
	}
	if n.overrides != nil {
		m.overrides = n.overrides
	}
	if n.items != nil {
		m.items, m.versions, m.digests = n.items, map[carrier][]id.Release{}, map[carrier][]id.Release{}
		for r, items := range n.items {
			m.index(r, items)
		}
	}
	for r, items := range changed {
		m.unindex(r)
		if len(items) > 0 {
			m.items[r] = items
			m.index(r, items)
		}
	}
	m.candidates, m.answers = map[id.Release]kept[*candidate]{}, map[asked]kept[*reply]{}
}

func (m *memory) index(r id.Release, items []plan.Carried) {
	for _, x := range items {
		v := carrier{x.Service, x.Version}
		m.versions[v] = append(m.versions[v], r)
		if x.Digest != "" {
			d := carrier{x.Service, x.Digest}
			m.digests[d] = append(m.digests[d], r)
		}
	}
}

func (m *memory) unindex(r id.Release) {
	for _, x := range m.items[r] {
		without(m.versions, carrier{x.Service, x.Version}, r)
		without(m.digests, carrier{x.Service, x.Digest}, r)
	}
	delete(m.items, r)
}

func without(m map[carrier][]id.Release, k carrier, r id.Release) {
	var left []id.Release // a new list: readers may hold the old one
	for _, x := range m[k] {
		if x != r {
			left = append(left, x)
		}
	}
	if len(left) == 0 {
		delete(m, k)
		return
	}
	m[k] = left
}

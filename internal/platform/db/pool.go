package db

import (
	"context"
	"sync"
)

// pool hands out the reading connections of SQLite, the one that came back last first: what it read and prepared is still
// warm, and connections that a quiet hour does not need stay unopened.
type pool struct {
	seats chan struct{} // one for each reader that is there
	mu    sync.Mutex
	there []*reader
}

func newPool(n int) *pool {
	p := &pool{seats: make(chan struct{}, n)}
	for range n {
		p.give(&reader{})
	}
	return p
}

func (p *pool) take(ctx context.Context) (*reader, error) {
	select {
	case <-p.seats:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	last := len(p.there) - 1
	r := p.there[last]
	p.there = p.there[:last]
	return r, nil
}

func (p *pool) give(r *reader) {
	p.mu.Lock()
	p.there = append(p.there, r)
	p.mu.Unlock()
	p.seats <- struct{}{}
}

// close waits for the readers that are out and closes all.
func (p *pool) close() {
	for range cap(p.seats) {
		<-p.seats
	}
	for _, r := range p.there {
		r.drop()
	}
}

package clearance

import (
	"context"
	"sync"
)

// batch lets many callers share one call: who comes while a call is under way waits for the next one, so that the call
// that serves a caller began after the caller came.
type batch struct {
	mu      sync.Mutex
	next    *call
	running bool
}

type call struct {
	done chan struct{}
	err  error
}

// do returns the error of a call of fn that began after do was called, or the context's.
func (b *batch) do(ctx context.Context, fn func(ctx context.Context) error) error {
	b.mu.Lock()
	if b.next == nil {
		b.next = &call{done: make(chan struct{})}
	}
	c := b.next
	if !b.running {
		b.running = true
		go b.run(context.WithoutCancel(ctx), fn)
	}
	b.mu.Unlock()
	select {
	case <-c.done:
		return c.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (b *batch) run(ctx context.Context, fn func(ctx context.Context) error) {
	for {
		b.mu.Lock()
		c := b.next
		b.next = nil
		if c == nil {
			b.running = false
			b.mu.Unlock()
			return
		}
		b.mu.Unlock()
		c.err = fn(ctx)
		close(c.done)
	}
}

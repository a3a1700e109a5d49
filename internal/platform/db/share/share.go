package share

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"

	"slipway/internal/errs"
)

// Group gathers those who come while a call is under way and serves all of them with the next, so that the call that
// serves somebody began after they came. It is safe for concurrent use.
type Group[T any] struct {
	fn      func(ctx context.Context, items []T) error
	mu      sync.Mutex
	next    *call[T]
	running bool
}

type call[T any] struct {
	items []T
	done  chan struct{}
	err   error
}

// Most bounds how many a call serves, so that the first of them does not wait for ever.
const Most = 256

// New returns a group whose calls are calls of fn. fn runs once at a time, under a context that no caller ends and that
// carries nothing of theirs; while it runs it alone may touch the items.
func New[T any](fn func(ctx context.Context, items []T) error) *Group[T] { return &Group[T]{fn: fn} }

// Do hands item to a call that begins after Do was called, and returns when that call has ended: with its error, or with
// the context's if that ends before. After an early end the caller must not touch its item.
func (g *Group[T]) Do(ctx context.Context, item T) error {
	c, err := g.join(ctx, item)
	if err != nil {
		return err
	}
	select {
	case <-c.done:
		return c.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (g *Group[T]) join(ctx context.Context, item T) (*call[T], error) {
	for {
		g.mu.Lock()
		c := g.next
		if c == nil || len(c.items) < Most {
			if c == nil {
				c = &call[T]{done: make(chan struct{})}
				g.next = c
			}
			c.items = append(c.items, item)
			if !g.running {
				g.running = true
				go g.run()
			}
			g.mu.Unlock()
			return c, nil
		}
		g.mu.Unlock()
		select { // the next one is full
		case <-c.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (g *Group[T]) run() {
	for {
		g.mu.Lock()
		c := g.next
		g.next = nil
		if c == nil {
			g.running = false
			g.mu.Unlock()
			return
		}
		g.mu.Unlock()
		c.err = g.safely(c.items)
		close(c.done)
	}
}

// safely turns a panic into an error of all who share the call: it is on no caller's goroutine, where it would be caught.
func (g *Group[T]) safely(items []T) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errs.Internal("db.shared_call_panicked", fmt.Errorf("share: %v\n%s", p, debug.Stack()))
		}
	}()
	return g.fn(context.Background(), items)
}

package share

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"

	"slipway/internal/errs"
)

// Group gathers those who come while a call is under way and serves all of them with the next, so that the call that
// serves somebody began after they came. The zero Group is ready; it is safe for concurrent use.
type Group[T any] struct {
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

// Do hands item to a call of fn that begins after Do was called, and returns when that call has ended: with its error, or
// with the context's if that ends before. fn runs once at a time, under a context that no caller ends; while it runs it
// alone may touch the items, and after an early end the caller must not touch its own.
func (g *Group[T]) Do(ctx context.Context, item T, fn func(ctx context.Context, items []T) error) error {
	c, err := g.join(ctx, item, fn)
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

func (g *Group[T]) join(ctx context.Context, item T, fn func(ctx context.Context, items []T) error) (*call[T], error) {
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
				go g.run(context.WithoutCancel(ctx), fn)
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

func (g *Group[T]) run(ctx context.Context, fn func(ctx context.Context, items []T) error) {
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
		c.err = safely(ctx, c.items, fn)
		close(c.done)
	}
}

// safely turns a panic into an error of all who share the call: it is on no caller's goroutine, where it would be caught.
func safely[T any](ctx context.Context, items []T, fn func(ctx context.Context, items []T) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errs.Internal("db.shared_call_panicked", fmt.Errorf("share: %v\n%s", p, debug.Stack()))
		}
	}()
	return fn(ctx, items)
}

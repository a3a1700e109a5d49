package share_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"slipway/internal/errs"
	"slipway/internal/platform/db/share"
)

type item struct{ came, served int64 }

// Whoever comes is served once, by a call that began after they came, and calls never overlap.
func TestServedByACallThatBeganAfter(t *testing.T) {
	var tick, calls, running atomic.Int64
	g := share.New(func(_ context.Context, items []*item) error {
		if running.Add(1) != 1 {
			t.Error("two calls at once")
		}
		defer running.Add(-1)
		calls.Add(1)
		if len(items) == 0 || len(items) > share.Most {
			t.Errorf("%d items", len(items))
		}
		began := tick.Add(1)
		for _, i := range items {
			if i.served != 0 {
				t.Error("served twice")
			}
			i.served = began
		}
		return nil
	})
	var wg sync.WaitGroup
	const clients, each = 600, 20
	for range clients {
		wg.Go(func() {
			for range each {
				i := &item{came: tick.Add(1)}
				if err := g.Do(t.Context(), i); err != nil {
					t.Error(err)
				}
				if i.served <= i.came {
					t.Errorf("came at %d, served by a call that began at %d", i.came, i.served)
				}
			}
		})
	}
	wg.Wait()
	if n := calls.Load(); n == 0 || n > clients*each {
		t.Errorf("%d calls", n)
	}
}

// Those who wait share the next call, and one who goes away does not stop it for the others.
func TestThoseWhoWaitShare(t *testing.T) {
	entered, leave := make(chan []int), make(chan error)
	g := share.New(func(ctx context.Context, items []int) error {
		entered <- items
		if err := ctx.Err(); err != nil {
			return err
		}
		return <-leave
	})
	got := make(chan error, 4)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { got <- g.Do(ctx, 1) }()
	if items := <-entered; len(items) != 1 {
		t.Fatalf("the first call served %d", len(items))
	}
	cancel()
	if err := <-got; !errors.Is(err, context.Canceled) {
		t.Errorf("who went away got %v", err)
	}
	for i := range 3 {
		go func() { got <- g.Do(t.Context(), i) }()
	}
	for g.Waiting() < 3 {
		select {
		case <-t.Context().Done():
			t.Fatal("they did not come to wait")
		default:
		}
	}
	leave <- nil
	if items := <-entered; len(items) != 3 {
		t.Errorf("the second call served %d, want all 3 who waited", len(items))
	}
	fault := errors.New("fault")
	leave <- fault
	for range 3 {
		if err := <-got; !errors.Is(err, fault) {
			t.Errorf("got %v", err)
		}
	}
}

// A panic is an error of all who shared the call, and the next call goes on, also for those who came before it ended.
func TestPanicIsAnError(t *testing.T) {
	entered, leave := make(chan bool), make(chan bool)
	g := share.New(func(_ context.Context, items []int) error {
		if items[0] != 1 {
			return nil
		}
		entered <- true
		<-leave
		panic("boom")
	})
	first, second := make(chan error), make(chan error)
	go func() { first <- g.Do(t.Context(), 1) }()
	<-entered
	go func() { second <- g.Do(t.Context(), 2) }()
	for g.Waiting() < 1 {
		if t.Context().Err() != nil {
			t.Fatal("the second did not come to wait")
		}
	}
	leave <- true
	if err := <-first; !errs.Is(err, errs.CodeInternal) {
		t.Errorf("the first got %v", err)
	}
	if err := <-second; err != nil {
		t.Errorf("the second got %v", err)
	}
	if err := g.Do(t.Context(), 3); err != nil {
		t.Errorf("the next one got %v", err)
	}
}

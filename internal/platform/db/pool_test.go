package db

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestPoolHandsOutTheWarmestReader(t *testing.T) {
	p := newPool(2)
	a, err := p.take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b, err := p.take(t.Context())
	if err != nil || a == b {
		t.Fatalf("two readers are %p and %p, %v", a, b, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := p.take(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("with none there taking one ends with %v", err)
	}
	p.give(b)
	p.give(a)
	for _, want := range []*reader{a, b} {
		if got, err := p.take(t.Context()); got != want || err != nil {
			t.Errorf("took %p, %v; want %p", got, err, want)
		}
	}
}

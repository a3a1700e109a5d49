package db

import "context"

type beginKey struct{}

// WithBegin returns a context under which every Write runs begin in its transaction before the closure, and again when
// the closure runs again. An error of begin undoes the transaction and is returned as it is. It lets a door commit what
// belongs to the request (an idempotency key) with the change that some service makes.
func WithBegin(ctx context.Context, begin func(tx *Tx) error) context.Context {
	return context.WithValue(ctx, beginKey{}, begin)
}

// begun puts what WithBegin left in ctx before fn.
func begun(ctx context.Context, fn func(tx *Tx) error) func(tx *Tx) error {
	begin, ok := ctx.Value(beginKey{}).(func(tx *Tx) error)
	if !ok {
		return fn
	}
	return func(tx *Tx) error {
		if err := begin(tx); err != nil {
			return err
		}
		return fn(tx)
	}
}

package db

import "context"

// Reading is DB.Read for what has an answer: it returns what fn returns, and the zero value with any fault.
func Reading[T any](ctx context.Context, d *DB, fn func(tx *Tx) (T, error)) (T, error) {
	return answered(func(run func(*Tx) error) error { return d.Read(ctx, run) }, fn)
}

// Writing is DB.Write for what has an answer: it returns what the run of fn that was committed returned, and the zero value
// with any fault, which undoes all that fn did.
func Writing[T any](ctx context.Context, d *DB, fn func(tx *Tx) (T, error)) (T, error) {
	return answered(func(run func(*Tx) error) error { return d.Write(ctx, run) }, fn)
}

func answered[T any](transact func(func(*Tx) error) error, fn func(tx *Tx) (T, error)) (T, error) {
	var out, none T
	err := transact(func(tx *Tx) (err error) {
		out, err = fn(tx)
		return err
	})
	if err != nil {
		return none, err
	}
	return out, nil
}

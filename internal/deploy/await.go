package deploy

import (
	"context"
	"time"

	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// elsewhere is how often a waiter looks for what other replicas did.
const elsewhere = time.Second

// await calls look until it reports true, the wait is over or the context ends: at once, after each change in this process,
// and every second for changes elsewhere.
func (s *Runs) await(ctx context.Context, r id.Run, wait time.Duration, look func(tx *db.Tx) (bool, error)) error {
	end := time.NewTimer(wait)
	defer end.Stop()
	for {
		changed := s.watch.Of(r)
		var done bool
		err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
			done, err = look(tx)
			return err
		})
		if err != nil || done || wait <= 0 {
			return err
		}
		t := time.NewTimer(elsewhere)
		select {
		case <-changed:
		case <-t.C:
		case <-end.C:
			t.Stop()
			return nil
		case <-ctx.Done():
			t.Stop()
			return nil
		}
		t.Stop()
	}
}

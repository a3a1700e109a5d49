package job

import (
	"context"
	"slices"
	"time"

	"slipway/internal/platform/db"
)

// periodics enqueues the periodic kinds when they are due. The row of a kind says when; the transaction that moves it
// forward enqueues the job, so that one replica does it.
type periodics struct {
	r    *Runner
	next map[string]db.Time // as last seen
}

// periodicKey makes the turns of a kind one unique job, so that turns do not pile up.
const periodicKey = "periodic"

// tick enqueues what is due and returns how long nothing is.
func (p *periodics) tick(ctx context.Context) (time.Duration, error) {
	now := db.At(p.r.db.Clock().Now())
	if !slices.ContainsFunc(p.r.all(), func(k kind) bool { return k.every > 0 }) {
		return p.until(now), nil
	}
	if p.next != nil && p.r.db.Engine() == db.SQLite && p.until(now) > 0 {
		return p.until(now), nil // nobody else moves the rows
	}
	err := p.r.db.Write(ctx, func(tx *db.Tx) (err error) {
		if now, err = tx.ServerNow(); err != nil {
			return err
		}
		p.next = map[string]db.Time{}
		for _, k := range p.r.all() {
			if k.every == 0 {
				continue
			}
			won, next, err := turn(tx, k.name, now, now.Add(k.every))
			if err != nil {
				return err
			}
			p.next[k.name] = next
			if !won {
				continue
			}
			if err := p.r.Enqueue(tx, Job{Kind: k.name, Unique: periodicKey}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		p.next = nil
		return 0, err
	}
	return p.until(now), nil
}

// until returns how long after now the next turn is due, or a long time without periodic kinds.
func (p *periodics) until(now db.Time) time.Duration {
	d := 24 * time.Hour
	for _, at := range p.next {
		d = min(d, max(at.Sub(now), 0))
	}
	return d
}

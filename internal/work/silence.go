package work

import (
	"context"
	"time"

	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/job"
	"slipway/internal/platform/ledger"
)

// When nothing is heard of a task.
const (
	// Silence is how long nobody may say a word of a task that has begun, or is due within SilenceDue, before its owner is told.
	Silence = 5 * 24 * time.Hour
	// SilenceRaised is after how long the release's owner is told as well.
	SilenceRaised = 2 * Silence
	// SilenceDue is how near the due date of a task has to be when it has not begun.
	SilenceDue = 10 * 24 * time.Hour
)

// JobChase tells who answers for tasks of which nothing is heard.
const JobChase = "work.chase"

const (
	chaseEvery = time.Hour
	chaseTime  = time.Minute
	// chased bounds what one change tells; what is left follows an hour later.
	chased = 500
)

// Jobs registers the background work.
func (s *Tasks) Jobs(r *job.Runner) {
	r.Register(JobChase, chaseTime, func(ctx context.Context, _ []byte) error { return s.Chase(ctx) })
	r.Periodic(JobChase, chaseEvery)
}

// Chase makes an entry for each open task of which nothing is heard: once to its owner, and once more to the release's owner. It is what the job does. A word
// about the task, which any change or note is, ends the silence; the next one is told again. Releases on hold are left alone.
func (s *Tasks) Chase(ctx context.Context) error {
	ctx = ledger.WithActor(auth.WithSystem(ctx), ledger.System)
	return s.db.Write(ctx, func(tx *db.Tx) error {
		rows, err := silent(tx, chased)
		if err != nil {
			return err
		}
		for _, x := range rows {
			r, err := plan.ReleaseByID(tx, x.Release)
			if err != nil {
				return err
			}
			raised := x.HeardAt.Before(tx.Now.Add(-SilenceRaised))
			told := []string{}
			if x.Owner != "" {
				told = append(told, string(x.Owner))
			}
			if (raised || x.Owner == "") && r.Owner != "" && r.Owner != x.Owner {
				told = append(told, string(r.Owner))
			}
			if err := tellSilence(tx, x.ID, x.HeardAt, raised); err != nil {
				return err
			}
			days := int(tx.Now.Std().Sub(x.HeardAt.Std()).Hours() / 24)
			entry(tx, r, TaskChased, Task{ID: x.ID}, map[string]any{"key": x.Key, "name": x.Name, "since": x.HeardAt, "days": days, "due": x.Due, "raised": raised, "told": told})
		}
		return nil
	})
}

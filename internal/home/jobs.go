package home

import (
	"context"

	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/job"
	"slipway/internal/platform/ledger"
)

// What an administrator decides about jobs, as the record has it.
const (
	JobRevived   = "job.revived"
	JobForgotten = "job.forgotten"
)

// Jobs lets administrators decide about the jobs that failed for good.
type Jobs struct {
	db    *db.DB
	queue *job.Runner
}

// NewJobs returns the service over the queue.
func NewJobs(d *db.DB, queue *job.Runner) *Jobs { return &Jobs{d, queue} }

// JobPage is one page of the jobs that failed for good, newest first.
type JobPage struct {
	Jobs   []job.Record
	Counts map[job.State]int // of the whole queue, by state
	Next   string            // identifier to go on after, "" at the end
}

// Discarded returns the jobs that failed for good after the one with the identifier, limit of them; "" begins at the
// newest. They stay for 90 days. It fails with errs.Forbidden for whoever may not see jobs.
func (j *Jobs) Discarded(ctx context.Context, after string, limit int) (JobPage, error) {
	return db.Reading(ctx, j.db, func(tx *db.Tx) (JobPage, error) { return j.DiscardedTx(tx, after, limit) })
}

// DiscardedTx is Discarded inside the caller's snapshot.
func (j *Jobs) DiscardedTx(tx *db.Tx, after string, limit int) (JobPage, error) {
	var out JobPage
	if err := auth.Check(tx, "job.read", auth.Everywhere); err != nil {
		return out, err
	}
	rows, err := j.queue.Discarded(tx, after, limit+1)
	if err != nil {
		return out, err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		out.Next = rows[limit-1].ID
	}
	out.Jobs = rows
	out.Counts, err = j.queue.Counts(tx)
	return out, err
}

// Retry lets a job that failed for good start again at once, with all its attempts before it. It fails with errs.NotFound
// if none has the identifier.
func (j *Jobs) Retry(ctx context.Context, id string) error {
	return j.decide(ctx, id, JobRevived, j.queue.Revive)
}

// Forget removes a job that failed for good. It fails with errs.NotFound if none has the identifier.
func (j *Jobs) Forget(ctx context.Context, id string) error {
	return j.decide(ctx, id, JobForgotten, j.queue.Forget)
}

func (j *Jobs) decide(ctx context.Context, id, action string, do func(*db.Tx, string) error) error {
	return j.db.Write(ctx, func(tx *db.Tx) error {
		if err := auth.Check(tx, "job.decide", auth.Everywhere); err != nil {
			return err
		}
		if err := do(tx, id); err != nil {
			return err
		}
		ledger.Append(tx, ledger.Entry{Action: action, Subject: ledger.Subject{Kind: "job", ID: id}, Payload: map[string]any{"job": id}})
		return nil
	})
}

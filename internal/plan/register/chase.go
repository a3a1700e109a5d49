package register

import (
	"context"
	"time"

	"slipway/internal/plan"
	"slipway/internal/plan/action"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/job"
	"slipway/internal/platform/ledger"
)

const (
	chaseJob   = "action.chase"
	chaseEvery = 10 * time.Minute
	// chased bounds what one change tells; what is left follows ten minutes later.
	chased = 500
)

// Jobs registers the background work: reminders before the due date, word that an action is overdue, and escalation. Each is an entry, once
// for each due date.
func (r *Register) Jobs(j *job.Runner) {
	j.Register(chaseJob, time.Minute, func(ctx context.Context, _ []byte) error { return r.Chase(auth.WithSystem(ctx)) })
	j.Periodic(chaseJob, chaseEvery)
}

// Chase reminds of the actions that are due soon or over. It is what the job does.
func (r *Register) Chase(ctx context.Context) error {
	return r.db.Write(ctx, func(tx *db.Tx) error {
		due, err := action.Untold(tx, tx.Now.Add(r.o.Remind), tx.Now.Add(-r.o.Escalate), chased)
		if err != nil {
			return err
		}
		for _, a := range due {
			if err := r.tell(tx, a); err != nil {
				return err
			}
		}
		return nil
	})
}

// tell says one thing about an action: the most urgent.
func (r *Register) tell(tx *db.Tx, a Action) error {
	what, to := action.Reminded, []string{string(a.Owner)}
	switch {
	case a.Due < tx.Now.Add(-r.o.Escalate):
		what = action.Escalated
		more, err := above(tx, a)
		if err != nil {
			return err
		}
		to = append(to, more...)
		a.OverdueAt, a.EscalatedAt = tx.Now, tx.Now
	case a.Due < tx.Now:
		what, a.OverdueAt = action.Overdue, tx.Now
	default:
		a.RemindedAt = tx.Now
	}
	if err := action.Remember(tx, a); err != nil {
		return err
	}
	ledger.Append(tx, ledger.Entry{Action: what, Subject: ledger.Subject{Kind: "action", ID: string(a.ID)}, Release: a.Release, Scope: string(action.Scope(a)),
		Payload: map[string]any{"key": a.Key, "title": a.Title, "due": a.Due, "told": to}})
	return nil
}

// above are whom an overdue action is escalated to: its verifier, whoever added it, and who answers for its release.
func above(tx *db.Tx, a Action) ([]string, error) {
	seen := map[string]bool{"": true, string(a.Owner): true}
	var out []string
	add := func(p string) {
		if !seen[p] {
			seen[p] = true
			out = append(out, p)
		}
	}
	add(string(a.Verifier))
	add(a.CreatedBy)
	if a.Release != "" {
		rel, err := plan.ReleaseByID(tx, a.Release)
		if err != nil {
			return nil, err
		}
		add(string(rel.Owner))
	}
	return out, nil
}

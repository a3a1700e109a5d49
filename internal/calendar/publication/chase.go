package publication

import (
	"context"
	"time"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/job"
	"slipway/internal/platform/ledger"
)

// How those are chased who have not read a version.
const (
	// ChaseAgain is how long after one time they are told the next time.
	ChaseAgain = 3 * 24 * time.Hour
	// ChaseMost is how often they are told altogether. The version stays with what waits for them.
	ChaseMost = 5
)

// JobChase tells who has not read a version of the calendar in time.
const JobChase = "calendar.chase"

const (
	chaseEvery = time.Hour
	chaseTime  = time.Minute
	chasedMost = 100 // versions of one change; what is left follows an hour later
	toldMost   = 500 // readers whom an entry names
)

// Jobs registers the background work.
func (v *Versions) Jobs(r *job.Runner) {
	r.Register(JobChase, chaseTime, func(ctx context.Context, _ []byte) error { return v.Chase(ctx) })
	r.Periodic(JobChase, chaseEvery)
}

// Chase makes an entry for each version that was to be read by now and that somebody who is active has not read, naming them: at once, and every three
// days from then on, five times at most. It ends when everybody has read it, or its span is over. It is what the job does.
func (v *Versions) Chase(ctx context.Context) error {
	ctx = ledger.WithActor(auth.WithSystem(ctx), ledger.System)
	return v.db.Write(ctx, func(tx *db.Tx) error {
		vs, err := late(tx, tx.Now.Add(-ChaseAgain), ChaseMost, chasedMost)
		if err != nil {
			return err
		}
		for _, x := range vs {
			if err := chased(tx, x.Number); err != nil {
				return err
			}
			told, err := missing(tx, x.Number)
			if err != nil {
				return err
			}
			if len(told) == 0 {
				continue
			}
			record(tx, CalendarChased, x.Number, map[string]any{"number": x.Number, "name": x.Name, "readBy": x.ReadBy, "round": x.Chases + 1, "missing": len(told), "told": told[:min(len(told), toldMost)]})
		}
		return nil
	})
}

// missing are the readers of a version who are active and have not read it.
func missing(tx *db.Tx, number int64) ([]id.Person, error) {
	who, err := readersOf(tx, number)
	if err != nil {
		return nil, err
	}
	var open []id.Person
	for _, r := range who {
		if r.AcknowledgedAt.IsZero() {
			open = append(open, r.Person)
		}
	}
	people, err := auth.PeopleByID(tx, open...)
	out := []id.Person{}
	for _, p := range open {
		if people[p].Active {
			out = append(out, p)
		}
	}
	return out, err
}

package train

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/plan/release"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/job"
)

// JobOpen is the job that opens the releases that are due.
const JobOpen = "train.open_due"

const (
	openEvery = 5 * time.Minute
	openLimit = 5 * time.Minute
	dueMost   = 200 // trains that one job serves
	datesMost = 100 // dates of a train that one job settles
	keysMost  = 50  // numbers that are tried until a key is free
)

// Jobs registers the job of the wing. Every write says when the next release is due; every five minutes, and so at the start and after a
// restore, that is derived again from the table. It belongs to the wiring.
func (s *Trains) Jobs(r *job.Runner) {
	r.Register(JobOpen, openLimit, func(ctx context.Context, _ []byte) error { return s.OpenDue(auth.WithSystem(ctx)) })
	r.Periodic(JobOpen, openEvery)
	s.queue = r
}

// wake has the job run when the next release of a train is due.
func (s *Trains) wake(tx *db.Tx, t Train) error {
	if s.queue == nil || t.State != StateRunning || t.OpensAt.IsZero() {
		return nil
	}
	return s.queue.Enqueue(tx, job.Job{Kind: JobOpen, Unique: "due", At: t.OpensAt})
}

// OpenDue settles every date whose lead time has come: its release is opened, or it is left out and said why. Each date is one transaction and
// happens once, however many replicas ask. A train whose release cannot be opened says so and is tried again; whatever fails holds up no
// other train. It checks no permission.
func (s *Trains) OpenDue(ctx context.Context) error {
	var ts []ID
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		ts, err = due(tx, tx.Now, dueMost)
		return err
	})
	if err != nil {
		return err
	}
	var failed error
	for _, t := range ts {
		if err := s.openAll(ctx, t); err != nil && failed == nil {
			failed = err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		at, err := nextOpening(tx)
		if err != nil || at <= tx.Now || s.queue == nil {
			return err // what is due and could not be opened is tried again by the next turn
		}
		return s.queue.Enqueue(tx, job.Job{Kind: JobOpen, Unique: "due", At: at})
	})
	return cmp.Or(failed, err)
}

// openAll settles the dates of a train that are due.
func (s *Trains) openAll(ctx context.Context, t ID) error {
	for range datesMost {
		more, err := s.openDue(ctx, t)
		if err != nil {
			return s.stall(ctx, t, err)
		}
		if !more {
			break
		}
	}
	return nil
}

// openDue settles the next date of a train if it is due, and reports whether another may be.
func (s *Trains) openDue(ctx context.Context, ref ID) (more bool, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		more = false
		t, err := byRef(tx, string(ref))
		if err != nil || t.State != StateRunning || t.OpensAt.IsZero() || t.OpensAt > tx.Now {
			return err
		}
		if t, _, err = s.depart(tx, t); err != nil {
			return err
		}
		more = !t.OpensAt.IsZero() && t.OpensAt <= tx.Now
		return nil
	})
	return more, err
}

// Open opens the release of the next date at once, before its lead time. It fails with errs.Blocked for a train that does not run, has no date
// any more, or leaves the next one out, with errs.Forbidden for who may not create releases, and otherwise as Set does.
func (s *Trains) Open(ctx context.Context, ref string, rev int64) (plan.Release, error) {
	return db.Writing(ctx, s.db, func(tx *db.Tx) (plan.Release, error) {
		t, err := s.editable(tx, ref, rev)
		if err != nil {
			return plan.Release{}, err
		}
		if t.State != StateRunning {
			return plan.Release{}, errs.Blocked("train.not_running", "The train %s is %s. Resume it first.", t.Name, t.State)
		}
		ds, err := s.ahead(tx, t, 1)
		switch {
		case err != nil:
			return plan.Release{}, err
		case len(ds) == 0:
			return plan.Release{}, errs.Blocked("train.no_date", "The train %s has no date any more. Change its cadence.", t.Name)
		case ds[0].Outcome == OutcomeSkipped:
			return plan.Release{}, errs.Blocked("train.date_skipped", "The next date is left out. %s", ds[0].Reason)
		}
		var d Departure
		if _, d, err = s.depart(tx, t); err != nil {
			return plan.Release{}, err
		}
		if d.Release == "" {
			return plan.Release{}, errs.Blocked("train.date_skipped", "The next date is left out. %s", d.Reason)
		}
		return plan.ReleaseByID(tx, d.Release)
	})
}

// depart settles the next date of a train.
func (s *Trains) depart(tx *db.Tx, t Train) (Train, Departure, error) {
	ds, err := s.ahead(tx, t, 1)
	if err != nil {
		return t, Departure{}, err
	}
	if len(ds) == 0 {
		t.NextAt, t.OpensAt = 0, 0
		return t, Departure{}, update(tx, t)
	}
	d := ds[0]
	d.SettledAt = tx.Now
	if d.Outcome == OutcomeAhead && d.Window.Start <= tx.Now {
		d.Outcome, d.Reason, d.Version, d.Window = OutcomeSkipped, "Its window had begun before a release could be opened.", "", plan.Window{}
	}
	if d.Outcome == OutcomeAhead {
		if t, d, err = s.make(tx, t, d); err != nil {
			return t, d, err
		}
	}
	t.Since, t.Fault = d.At, ""
	rule, err := s.calendar.Cadence(t.Cadence)
	if err != nil {
		return t, d, err
	}
	t = t.waits(rule)
	t.Rev++
	if err := insertDeparture(tx, t.ID, d); err != nil {
		return t, d, err
	}
	action := Opened
	if d.Outcome == OutcomeSkipped {
		action = Skipped
	}
	entry(tx, t, action, d.Release, map[string]any{"at": d.At, "version": d.Version, "window": d.Window, "reason": d.Reason, "release": d.ReleaseName})
	if err := update(tx, t); err != nil {
		return t, d, err
	}
	return t, d, s.wake(tx, t)
}

// make opens the release of a date. A version whose key somebody has taken is passed over where the versions count.
func (s *Trains) make(tx *db.Tx, t Train, d Departure) (Train, Departure, error) {
	at := d.Window.Start.Std().In(t.location())
	count := numbering{t.Pattern, t.Number, t.NumberYear}
	var key string
	for range keysMost {
		d.Version = count.next(at)
		key = t.releaseKey(d.Version)
		_, err := release.By(tx, key)
		if errs.Is(err, errs.CodeNotFound) {
			break
		}
		if err != nil {
			return t, d, err
		}
		if !counts(t.Pattern) {
			d.Outcome, d.Reason, d.Window = OutcomeSkipped, fmt.Sprintf("There is a release %s already.", key), plan.Window{}
			return t, d, nil
		}
	}
	r, err := s.plans.CreateIn(tx, plan.Spec{Key: key, Product: string(t.Product), Version: d.Version, Template: t.Template, Owner: string(t.Owner),
		Window: &d.Window, Environments: t.Environments, Services: t.manifest(at, count.number-1, d.Version)})
	if err != nil {
		return t, d, err
	}
	t.Number, t.NumberYear = count.number, count.year
	d.Outcome, d.Release, d.ReleaseKey, d.ReleaseName, d.State = OutcomeOpened, r.ID, r.Key, r.Name, r.State
	for _, board := range s.boarding {
		if err := board(tx, t, r); err != nil {
			return t, d, err
		}
	}
	return t, d, nil
}

// stall keeps why the release of a train could not be opened, so that people see it; a failure that is nobody's input is returned.
func (s *Trains) stall(ctx context.Context, ref ID, failed error) error {
	e := errs.As(failed)
	switch e.Code {
	case errs.CodeInvalid, errs.CodeConflict, errs.CodeBlocked, errs.CodeNotFound:
	default:
		return failed
	}
	text := e.Msg
	if len(e.Fields) > 0 {
		text += " " + e.Fields[0].Msg
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		t, err := byRef(tx, string(ref))
		if err != nil || t.Fault == text || t.State != StateRunning {
			return err
		}
		t.Fault = text
		t.Rev++
		entry(tx, t, Stalled, "", map[string]any{"at": t.NextAt, "reason": text})
		return update(tx, t)
	})
}

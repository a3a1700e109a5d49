package deploy

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"slipway/internal/deploy/book"
	"slipway/internal/deploy/drive"
	"slipway/internal/deploy/runbook"
	"slipway/internal/deploy/runlog"
	"slipway/internal/deploy/shim"
	"slipway/internal/deploy/stored"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/job"
	"slipway/internal/platform/ledger"
)

// JobAdvance is the kind of the jobs that make a run go on.
const JobAdvance = "run.advance"

type advanceArgs struct {
	Run id.Run `json:"run"`
}

// Commands says how command steps run on this machine.
type Commands = drive.Commands

// RunShim is the whole life of the hidden subcommand `slipway shim DIR`: it runs the command of one attempt, and returns the
// exit status.
func RunShim(dir string) int { return shim.Run(dir) }

// Jobs registers the jobs of the area.
func (s *Runs) Jobs(r *job.Runner) {
	r.Register(JobAdvance, time.Minute, func(ctx context.Context, args []byte) error {
		var a advanceArgs
		if err := json.Unmarshal(args, &a); err != nil {
			return job.Permanent(err)
		}
		if d := s.running(); d != nil {
			d.Poke(a.Run)
			return nil
		}
		return s.advance(ctx, a.Run)
	})
	r.Register(JobHeedFreezes, time.Minute, func(ctx context.Context, _ []byte) error { return s.HeedFreezes(ctx) })
	r.Periodic(JobHeedFreezes, heedEvery)
}

// system is a context in which Slipway itself acts.
func system(ctx context.Context) context.Context {
	return ledger.WithActor(auth.WithSystem(ctx), ledger.System)
}

// Start carries out runs in this process until Stop. What dead processes left behind is taken over at once where they are known
// to be dead, and otherwise when their leases have run out. The context gives values; its end stops nothing. It fails with
// errs.Unavailable if the directory of commands cannot be used.
func (s *Runs) Start(ctx context.Context) error {
	d, err := drive.New(system(ctx), drive.Options{Store: keeper{s}, Dial: s.o.Dial, Commands: s.o.Commands, Secret: s.o.Secret, Tree: book.Tree,
		Lease: s.o.Lease, Slots: s.o.Slots, Fault: s.o.Fault})
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.driver = d
	s.mu.Unlock()
	d.Start()
	return nil
}

// Stop carries nothing out any more: it waits for calls that are under way until ctx ends, then cuts them; commands go on and
// are adopted later. What it leaves behind can be taken over at once.
func (s *Runs) Stop(ctx context.Context) error {
	s.mu.Lock()
	d := s.driver
	s.driver = nil
	s.mu.Unlock()
	if d == nil {
		return nil
	}
	return d.Stop(ctx)
}

// Look makes the service look at the clock and at the work of others again. Only who moves a clock by hand needs it.
func (s *Runs) Look() {
	if d := s.running(); d != nil {
		d.Look()
	}
}

// keeper is the truth behind the driver.
type keeper struct{ s *Runs }

func (k keeper) Advance(ctx context.Context, r id.Run) error { return k.s.advance(ctx, r) }

func (k keeper) Settle(ctx context.Context, c drive.Claim, o drive.Outcome, l drive.Log) (bool, error) {
	return k.s.settle(ctx, c, o, l)
}

func (k keeper) Keep(ctx context.Context, c drive.Claim, l drive.Log) error {
	return k.s.db.Write(ctx, func(tx *db.Tx) error {
		tx.AfterCommit(func() { k.s.watch.Touch(c.Run) })
		return keepLog(tx, c, l)
	})
}

func (k keeper) Renew(ctx context.Context, holder string) ([]drive.Held, error) {
	return db.Writing(ctx, k.s.db, func(tx *db.Tx) ([]drive.Held, error) {
		now, err := tx.ServerNow()
		if err != nil {
			return nil, err
		}
		rows, err := renew(tx, holder, now.Add(k.s.o.Lease))
		out := make([]drive.Held, len(rows))
		for i, a := range rows {
			out[i] = drive.Held{ID: a.ID, Token: a.Token, Stopping: a.Stopping}
		}
		return out, err
	})
}

func (k keeper) Due(ctx context.Context) (runs []id.Run, next time.Time, err error) {
	var at db.Time
	err = k.s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if runs, err = stored.Due(tx, tx.Now, 500); err != nil {
			return err
		}
		at, err = stored.NextDue(tx)
		return err
	})
	return runs, at.Std(), err
}

func (k keeper) Ended(ctx context.Context, claim string) (ended bool, err error) {
	err = k.s.db.Read(ctx, func(tx *db.Tx) error {
		a, err := attemptByID(tx, claim)
		if errors.Is(err, db.ErrNone) {
			return nil
		}
		ended = err == nil && a.EndedAt != 0
		return err
	})
	return ended, err
}

func (k keeper) Release(ctx context.Context, holder string) error {
	return k.s.db.Write(ctx, func(tx *db.Tx) error { return release(tx, holder) })
}

func (k keeper) Holds(ctx context.Context, text string, values map[string]any) (bool, error) {
	return k.s.books.Holds(ctx, text, values)
}

func (k keeper) Now() time.Time { return k.s.db.Clock().Now() }

// TakeOver takes what processes that are gone have left. A living command, and a call that changes nothing, is adopted under
// a fresh token; the outcome of everything else is unknown, and its step says what follows.
func (k keeper) TakeOver(ctx context.Context) error {
	d := k.s.running()
	if d == nil {
		return nil
	}
	place := d.Place()
	if place == "" {
		place = "-" // nobody's
	}
	var left []Attempt
	err := k.s.db.Read(ctx, func(tx *db.Tx) error {
		now, err := tx.ServerNow()
		if err != nil {
			return err
		}
		left, err = orphans(tx, d.Holder(), place, k.s.alone(), now)
		return err
	})
	if err != nil {
		return err
	}
	for _, a := range left {
		if d.Free() <= 0 {
			return nil
		}
		if err := k.s.inherit(ctx, d, a); err != nil && !late(err) {
			return err
		}
	}
	return nil
}

// alone reports whether no other process can serve this database: then who is not this process is dead.
func (s *Runs) alone() bool { return s.db.Engine() == db.SQLite }

// awayGrace is what a command of another machine gets beyond its lease: its own server may come back and adopt it.
const awayGrace = 12 * time.Second

func (s *Runs) inherit(ctx context.Context, d *drive.Driver, a Attempt) error {
	return s.db.Write(system(ctx), func(tx *db.Tx) error {
		now, err := tx.ServerNow()
		if err != nil {
			return err
		}
		was, err := attemptByID(tx, a.ID)
		if err != nil || was.EndedAt != 0 || was.Token != a.Token {
			return err // somebody was faster
		}
		mine := was.Place != "" && was.Place == d.Place()
		if !s.alone() && !mine && !was.LeaseUntil.Before(now) {
			return nil
		}
		if was.Kind == runbook.Command && was.Place != "" && !mine && !s.alone() && !was.LeaseUntil.Add(awayGrace).Before(now) {
			return nil
		}
		t, err := s.turn(tx, a.Run)
		if err != nil {
			return err
		}
		st, _ := t.run.Course.Step(a.Step)
		if st.Token != was.Token || t.run.State.Ended() {
			return endAttempt(tx, was.ID, was.Token, "lost", "Nobody waits for it any more.")
		}
		def, _ := t.engine.Definition(a.Step)
		if was.Kind == runbook.Command && mine || was.Kind == runbook.HTTP && drive.Harmless(def, was.Checking) {
			err = t.adopt(d, was, def, now)
		} else {
			err = t.lose(was)
		}
		if err != nil {
			return err
		}
		if err := t.proceed(d); err != nil {
			return err
		}
		return t.save()
	})
}

// adopt takes over an attempt under a fresh token, which fences its old holder.
func (t *turn) adopt(d *drive.Driver, a Attempt, def *runbook.Step, now db.Time) error {
	old := a.Token
	a.Token, a.Holder, a.Place, a.LeaseUntil = id.New[string](), d.Holder(), d.Place(), now.Add(t.s.o.Lease)
	if err := handOver(t.tx, a.ID, old, a.Token, a.Holder, a.Place, a.LeaseUntil); err != nil {
		return err
	}
	if err := t.apply(runbook.Event{Kind: runbook.Adopted, Step: a.Step, Attempt: a.Attempt, Token: old, NewToken: a.Token}); err != nil {
		return err
	}
	t.claims = append(t.claims, t.claimed(a, def))
	return nil
}

// lose tells the engine that the holder of an attempt is gone.
func (t *turn) lose(a Attempt) error {
	const reason = "The process that carried out the attempt is gone and left no result."
	if err := t.apply(runbook.Event{Kind: runbook.LeaseExpired, Step: a.Step, Attempt: a.Attempt, Token: a.Token, Reason: reason}); err != nil {
		return err
	}
	if err := endAttempt(t.tx, a.ID, a.Token, "lost", reason); err != nil {
		return err
	}
	return runlog.Append(t.tx, a.Run, a.Step, a.Attempt, "slipway", reason+"\n")
}

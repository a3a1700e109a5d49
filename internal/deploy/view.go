package deploy

import (
	"context"
	"time"

	"slipway/internal/deploy/book"
	"slipway/internal/deploy/runbook"
	"slipway/internal/deploy/stored"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// View is a run as pages and clients see it.
type View struct {
	Run
	Book       runbook.Runbook // what it runs; not to be changed
	Forecast   runbook.Forecast
	Attentions []runbook.Attention // what waits for a person's decision beyond what is planned
	Steps      []StepView          // of the runbook, and once it rolls back those of the back-out, in the order of the file
	Alarm      string              // a sentence if the way back no longer fits, or will not soon; "" otherwise
	Now        db.Time
}

// StepView is one step of a run with its definition and plan.
type StepView struct {
	runbook.StepRun
	Def      *runbook.Step
	BackOut  bool // belongs to the back-out
	Plan     runbook.StepForecast
	Role     string    // that is asked, or owns the step
	Assigned id.Person // by name
	Times    Timing    // of earlier runs
}

// View returns a run with its forecast. It fails with errs.NotFound if the caller may not see it.
func (s *Runs) View(ctx context.Context, run id.Run) (View, error) {
	return db.Reading(ctx, s.db, func(tx *db.Tx) (View, error) {
		r, err := RunByID(tx, run)
		if err != nil {
			return View{}, err
		}
		return s.ViewOf(tx, r)
	})
}

// Await is View once the run is newer than the version that the caller knows, or after the wait.
func (s *Runs) Await(ctx context.Context, run id.Run, rev int64, wait time.Duration) (View, error) {
	var out View
	run, err := s.resolve(ctx, run)
	if err != nil {
		return out, err
	}
	err = s.await(ctx, run, wait, func(tx *db.Tx) (bool, error) {
		r, err := RunByID(tx, run)
		if err != nil {
			return false, err
		}
		out, err = s.ViewOf(tx, r)
		return r.Rev > rev, err
	})
	return out, err
}

// ViewOf returns the view of a run that was read in the same transaction. It checks no permission.
func (s *Runs) ViewOf(tx *db.Tx, r Run) (View, error) {
	e, err := s.engine(tx, r.Runbook, r.Version)
	if err != nil {
		return View{}, err
	}
	t := &turn{s: s, tx: tx, engine: e, run: r}
	times, err := book.Timings(tx, r.Runbook)
	if err != nil {
		return View{}, err
	}
	v := View{Run: r, Book: *e.Runbook(), Now: tx.Now, Attentions: e.Attentions(r.Course), Forecast: t.forecastWith(times)}
	for i, st := range r.Course.Steps {
		def, back := e.Definition(st.Key)
		if back && !r.Course.RollingBack {
			continue
		}
		role := def.Role(st.Question)
		if st.Question == "" {
			role = def.Owner
		}
		x := StepView{StepRun: st, Def: def, BackOut: back, Role: role, Assigned: r.Assigned[st.Key], Times: times[st.Key]}
		if i < len(v.Forecast.Steps) {
			x.Plan = v.Forecast.Steps[i]
		}
		v.Steps = append(v.Steps, x)
	}
	v.Alarm = alarm(v)
	return v, nil
}

// alarmBefore is how long before the back-out deadline the alarm is raised.
const alarmBefore = 15 * time.Minute

func alarm(v View) string {
	d, now := v.Forecast.BackOutDeadline, v.Now.Std()
	switch {
	case v.State.Ended() || v.RollingBack() || d.IsZero() || v.Forecast.BackOut == 0:
		return ""
	case now.After(d):
		return "A roll back that begins now no longer ends inside the window."
	case d.Sub(now) < alarmBefore:
		return "In " + d.Sub(now).Round(time.Minute).String() + " a roll back no longer ends inside the window."
	}
	return ""
}

func (t *turn) forecast() (runbook.Forecast, error) {
	times, err := book.Timings(t.tx, t.run.Runbook)
	return t.forecastWith(times), err
}

func (t *turn) forecastWith(times map[string]Timing) runbook.Forecast {
	in := runbook.ForecastInput{Now: t.tx.Now.Std(), WindowEnd: t.run.Given.WindowEnd.Std(), Expected: map[string]time.Duration{}, Cautious: map[string]time.Duration{}}
	for k, x := range times {
		if x.Runs >= book.TimingsNeeded {
			in.Expected[k], in.Cautious[k] = x.P50, x.P90
		}
	}
	return t.engine.Forecast(t.run.Course, in)
}

// Prospect is what is known of a release's runbook before it runs.
type Prospect struct {
	Binding Binding
	Book    runbook.Runbook
	Plan    runbook.Plan // by planned times
	BackOut runbook.Plan
	P50     runbook.Plan // by the times of earlier runs, planned ones where there are too few
	P90     runbook.Plan
	Way     runbook.Plan // the back-out at P90
	Times   map[string]Timing
}

// ProspectOf returns the plan of the night of a release. It checks no permission. It fails with errs.NotFound if no runbook was chosen or it does not exist yet.
func (s *Runs) ProspectOf(tx *db.Tx, release id.Release) (Prospect, error) {
	b, err := BindingOf(tx, release)
	if err != nil {
		return Prospect{}, err
	}
	if b.Version == 0 {
		return Prospect{}, auth.Unseen("runbook")
	}
	e, err := s.engine(tx, b.Runbook, b.Version)
	if err != nil {
		return Prospect{}, err
	}
	times, err := book.Timings(tx, b.Runbook)
	if err != nil {
		return Prospect{}, err
	}
	p50, p90 := map[string]time.Duration{}, map[string]time.Duration{}
	for k, x := range times {
		if x.Runs >= book.TimingsNeeded {
			p50[k], p90[k] = x.P50, x.P90
		}
	}
	return Prospect{Binding: b, Book: *e.Runbook(), Plan: e.Plan(nil), BackOut: e.BackOutPlan(nil), P50: e.Plan(p50), P90: e.Plan(p90), Way: e.BackOutPlan(p90), Times: times}, nil
}

// Log returns the log of a run behind an offset, waiting for it if there is none yet. ended reports that the run has ended, so that nothing
// more comes. It fails with errs.NotFound if the caller may not see the run.
func (s *Runs) Log(ctx context.Context, run id.Run, f LogFilter, wait time.Duration) (out []Chunk, ended bool, err error) {
	if run, err = s.resolve(ctx, run); err != nil {
		return nil, false, err
	}
	err = s.await(ctx, run, wait, func(tx *db.Tx) (bool, error) {
		r, err := RunByID(tx, run)
		if err != nil {
			return false, err
		}
		ended = r.State.Ended()
		out, err = LogOf(tx, run, f)
		return ended || len(out) > 0, err
	})
	return out, ended, err
}

// resolve turns the key of a release into the identifier of its newest run.
func (s *Runs) resolve(ctx context.Context, run id.Run) (id.Run, error) {
	if id.Is(string(run)) {
		return run, nil
	}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		r, err := RunByID(tx, run)
		run = r.ID
		return err
	})
	return run, err
}

// List returns one page of the runs that the caller may see, newest first; of one release if its reference is given.
func (s *Runs) List(ctx context.Context, release string, f RunFilter) ([]Run, error) {
	return db.Reading(ctx, s.db, func(tx *db.Tx) ([]Run, error) {
		if release != "" {
			r, err := plan.ReleaseByRef(tx, release)
			if err != nil {
				return nil, err
			}
			f.Release = r.ID
		}
		return ListRuns(tx, f)
	})
}

// Detail is what was said and done about a run.
type Detail struct {
	Comments []Comment
	Attempts []Attempt
}

// Detail returns the comments and claims of a run. It fails with errs.NotFound if the caller may not see it.
func (s *Runs) Detail(ctx context.Context, run id.Run) (Detail, error) {
	return db.Reading(ctx, s.db, func(tx *db.Tx) (Detail, error) {
		var out Detail
		r, err := RunByID(tx, run)
		if err != nil {
			return Detail{}, err
		}
		if out.Comments, err = Comments(tx, r.ID); err != nil {
			return Detail{}, err
		}
		out.Attempts, err = Attempts(tx, r.ID, "")
		return out, err
	})
}

// Shown returns the view of a run that the caller has just changed, and so may see.
func (s *Runs) Shown(ctx context.Context, r Run) (View, error) {
	return db.Reading(ctx, s.db, func(tx *db.Tx) (View, error) {
		r, err := stored.By(tx, r.ID)
		if err != nil {
			return View{}, err
		}
		return s.ViewOf(tx, r)
	})
}

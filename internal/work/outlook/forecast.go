package outlook

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/work"
	"slipway/internal/work/forecast"
	"slipway/internal/work/means"
	"slipway/internal/work/schedule"
)

// Forecast says by when the work of a release is done, and how likely.
type Forecast struct {
	Release    id.Release    `json:"release"`
	ReleaseKey string        `json:"releaseKey"`
	At         db.Time       `json:"at"`      // the date that the facts are from
	Digest     string        `json:"digest"`  // of what it rests on
	Changed    bool          `json:"changed"` // that has changed since
	Stale      bool          `json:"stale"`   // that has changed since, or it is worn (see Worn); a new one is due
	Seed       uint64        `json:"seed"`
	Samples    int           `json:"samples"`
	P50        db.Time       `json:"p50,omitzero"` // half of the samples have the work before the window done by then
	P80        db.Time       `json:"p80,omitzero"`
	P95        db.Time       `json:"p95,omitzero"`
	Mean       db.Time       `json:"mean,omitzero"`
	Done       db.Time       `json:"done,omitzero" doc:"When the work before the window was done, as a fact; left out while some is left"`
	Window     db.Time       `json:"window,omitzero"`  // its start, as it was planned
	Chance     *float64      `json:"chance,omitempty"` // to have the work done before it starts, 0 to 1
	Marks      []Chance      `json:"milestones"`       // those not reached yet
	Drivers    []Driving     `json:"drivers"`          // what decides the date, the greatest gain first
	Histogram  []Bar         `json:"histogram"`        // of when the work before the window is done
	Critical   []Criticality `json:"criticality"`      // by task, of those that are ever critical
	Ratios     int           `json:"ratios"`           // past tasks of the product on which single estimates are spread; 0: they are taken as they are
	Vague      int           `json:"withoutEstimate"`
	Before     *Earlier      `json:"before,omitempty"` // the forecast of a week earlier, or the first of the days since
}

// Chance is how likely a milestone is reached as planned.
type Chance struct {
	Key     string   `json:"key"`
	Name    string   `json:"name"`
	Planned db.Time  `json:"planned,omitzero"`
	Chance  *float64 `json:"chance,omitempty"` // 0 to 1; none without a date
	P50     db.Time  `json:"p50"`
	P80     db.Time  `json:"p80"`
}

// Driving is a task that drives the date.
type Driving struct {
	Task     string  `json:"task"`
	Name     string  `json:"name"`
	Critical float64 `json:"critical"` // share of samples in which it decides the date
	Gain     int64   `json:"gain"`     // minutes of usual working time by which P80 comes earlier if it takes its optimistic time
	MeanGain int64   `json:"meanGain"`
}

// Bar is a bar of the histogram.
type Bar struct {
	From  db.Time `json:"from"`
	To    db.Time `json:"to"`
	Count int     `json:"count"`
}

// Criticality is the share of samples in which a task decides the date.
type Criticality struct {
	Task  string  `json:"task"`
	Share float64 `json:"share"`
}

// bars and drivers are how much of a forecast is kept.
const (
	bars    = 24
	drivers = 10
)

// ForecastOptions say how a forecast is made.
type ForecastOptions struct {
	Samples int    // 0 means 10,000
	Seed    uint64 // 0 means one that belongs to the release, so that two forecasts differ by what changed and not by luck
}

// Forecast returns the last forecast of a release; Stale says whether it still holds. It fails with errs.NotFound if the caller may not
// see the release, or with the reason forecast.none if none was made yet.
func (o *Outlooks) Forecast(ctx context.Context, release string) (Forecast, error) {
	return db.Reading(ctx, o.db, func(tx *db.Tx) (Forecast, error) { return o.ReadForecast(tx, release) })
}

// ReadForecast is Outlooks.Forecast inside the caller's snapshot.
func (o *Outlooks) ReadForecast(tx *db.Tx, release string) (Forecast, error) {
	r, err := seen(tx, release)
	if err != nil {
		return Forecast{}, err
	}
	m, err := o.read(tx, r)
	if err != nil {
		return Forecast{}, err
	}
	f, _, err := o.last(tx, m)
	return f, err
}

// last reads the last forecast, with those before it, the newest first.
func (o *Outlooks) last(tx *db.Tx, m *model) (Forecast, []Past, error) {
	f, err := lastForecast(tx, m.r.ID)
	if err != nil {
		return f, nil, err
	}
	if err := o.surround(tx, m); err != nil {
		return f, nil, err
	}
	f.Changed, f.Stale = m.holds(made{f.Digest, f.At}, tx.Now)
	past, err := pastForecasts(tx, m.r.ID)
	m.compare(&f, past)
	return f, past, err
}

// MakeForecast makes a forecast now and keeps it, with an entry. It fails with errs.NotFound and errs.Forbidden, with errs.Blocked if
// the release has ended, and with errs.Invalid for an odd number of samples, or if there are no tasks before the
// window, or one of them for which no working time is left.
func (o *Outlooks) MakeForecast(ctx context.Context, release string, in ForecastOptions) (Forecast, error) {
	f, _, err := o.forecast(ctx, in, false, func(tx *db.Tx) (plan.Release, error) { return open(tx, release, "outlook.forecast") })
	return f, err
}

// forecast reads in one transaction, draws outside of any, and keeps the result in another. If it is asked only for what is outdated, and the last
// forecast still holds or there is no work left, it makes none and says so.
func (o *Outlooks) forecast(ctx context.Context, in ForecastOptions, outdated bool, find func(tx *db.Tx) (plan.Release, error)) (f Forecast, made bool, err error) {
	if in.Samples < 0 || in.Samples > samplesMax {
		return f, false, errs.InvalidField("samples", "work.samples", "A forecast draws at most %d samples.", samplesMax)
	}
	var m *model
	var l levelled
	var now db.Time
	var past []Past
	needed := true
	err = o.db.Read(ctx, func(tx *db.Tx) (err error) {
		now = tx.Now
		r, err := find(tx)
		if err != nil {
			return err
		}
		if m, err = o.whole(tx, r, nil); err != nil {
			return err
		}
		if outdated {
			if needed, err = m.outdated(tx); err != nil || !needed {
				return err
			}
		}
		if m.marks[0].tasks == 0 {
			return errs.Invalid("forecast.no_tasks", "%s has no tasks before its window, so there is nothing to forecast. Add tasks with estimates first.", r.Name)
		}
		if past, err = pastForecasts(tx, m.r.ID); err != nil {
			return err
		}
		if l, err = o.level(tx, m); err != nil {
			return err
		}
		return m.endless(l)
	})
	if err != nil || !needed {
		return f, false, err
	}
	workers := 0
	if outdated { // nobody waits for it
		workers = 1
	}
	if f, err = m.draw(ctx, in, workers, l); err != nil {
		return f, false, err
	}
	f.At, f.Digest = now, m.digest()
	if err = o.store(ctx, m.r, f, find); err != nil {
		return f, true, err
	}
	m.compare(&f, past)
	return f, true, nil
}

// endless fails with errs.Invalid if work before the window is never done, because its owner has no working time left.
func (m *model) endless(l levelled) error {
	for i, t := range m.tasks {
		if l.result.Finish(m.marks[0].task) >= schedule.Never && l.result.Finish(i) >= schedule.Never {
			return errs.Invalid("forecast.no_hours", "No working time is left for %s within three years, so no date can be forecast. Give its owner hours, or the task to somebody else.", t.Name)
		}
	}
	return nil
}

// store keeps a forecast, with an entry.
func (o *Outlooks) store(ctx context.Context, r plan.Release, f Forecast, find func(tx *db.Tx) (plan.Release, error)) error {
	return o.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := find(tx); err != nil {
			return err
		}
		if err := errors.Join(putForecast(tx, f), putPast(tx, f)); err != nil {
			return err
		}
		payload := map[string]any{"p50": f.P50, "p80": f.P80, "p95": f.P95, "samples": f.Samples}
		if f.Chance != nil {
			payload["percent"] = int(*f.Chance*100 + 0.5)
		}
		entry(tx, r, ForecastMade, "release", string(r.ID), payload)
		return nil
	})
}

const samplesMax = 200_000

func (m *model) seed(in ForecastOptions) uint64 {
	if in.Seed != 0 {
		return in.Seed
	}
	sum := sha256.Sum256([]byte(m.r.ID))
	return uint64(binary.BigEndian.Uint32(sum[:])) // a number that survives JSON readers that know floats only
}

func (m *model) draw(ctx context.Context, in ForecastOptions, workers int, l levelled) (Forecast, error) {
	f := Forecast{Release: m.r.ID, ReleaseKey: m.r.Key, Seed: m.seed(in), Window: m.r.Window.Start, Marks: []Chance{}, Drivers: []Driving{}, Histogram: []Bar{}, Critical: []Criticality{},
		Ratios: m.around.ratios.All.Count, Vague: m.vague}
	var points []int
	for _, k := range m.marks {
		points = append(points, k.task)
	}
	o := forecast.Options{Samples: in.Samples, Seed: f.Seed, Milestones: points, Drivers: drivers, Workers: workers, Expired: func() bool { return ctx.Err() != nil }}
	p := m.problem(l)
	before, whole := m.before(p)
	r, err := forecast.Run(before, o)
	if err != nil {
		return f, err
	}
	if !whole { // milestones behind the window: by the same luck, without asking what drives them
		o.Drivers = 0
		all, err := forecast.Run(p, o)
		if err != nil {
			return f, err
		}
		r.Milestones = all.Milestones
	}
	if ctx.Err() != nil {
		return f, ctx.Err()
	}
	ready := r.Milestones[0]
	f.Samples = len(ready.Samples)
	f.P50, f.P80, f.P95, f.Mean = m.instant(ready.Percentile(0.5)), m.instant(ready.Percentile(0.8)), m.instant(ready.Percentile(0.95)), m.instant(ready.Mean())
	if !f.Window.IsZero() {
		f.Chance = m.chance(ready, f.Window)
	}
	if done := m.plan.Tasks[m.marks[0].task].ActualFinish; done.Set {
		f.Done = at(done.At)
	}
	for i, k := range m.marks[1:] {
		if !k.actual.IsZero() || k.tasks == 0 {
			continue
		}
		d := r.Milestones[i+1]
		f.Marks = append(f.Marks, Chance{Key: k.key, Name: k.name, Planned: k.planned, Chance: m.chance(d, k.planned), P50: m.instant(d.Percentile(0.5)), P80: m.instant(d.Percentile(0.8))})
	}
	for _, b := range m.worked(ready).Histogram(bars) {
		f.Histogram = append(f.Histogram, Bar{m.usual(b.From), m.usual(b.To), b.Count})
	}
	m.causes(&f, r)
	return f, nil
}

// chance is that of a distribution to lie before an instant; nil for none.
func (m *model) chance(d forecast.Distribution, by db.Time) *float64 {
	if by.IsZero() {
		return nil
	}
	c := d.Chance(m.axis(schedule.Minute(by.Std())))
	return &c
}

func (m *model) causes(f *Forecast, r forecast.Result) {
	for _, d := range r.Drivers {
		if d.Task < len(m.tasks) && (d.P80Gain >= 1 || d.MeanGain >= 1) {
			f.Drivers = append(f.Drivers, Driving{Task: m.tasks[d.Task].Key, Name: m.tasks[d.Task].Name, Critical: d.Critical, Gain: m.gain(r.Milestones[0].Percentile(0.8), d.P80Gain), MeanGain: m.gain(r.Milestones[0].Mean(), d.MeanGain)})
		}
	}
	for i, share := range r.Critical[:len(m.tasks)] {
		if share > 0 && m.tasks[i].Status != work.Done {
			f.Critical = append(f.Critical, Criticality{m.tasks[i].Key, share})
		}
	}
	slices.SortStableFunc(f.Critical, func(a, b Criticality) int { return cmp.Compare(b.Share, a.Share) })
}

// holds reports whether what a forecast rests on has changed since it was made, and whether a new one is due. Time wears out none without work that is left.
func (m *model) holds(f made, now db.Time) (changed, stale bool) {
	changed = f.Digest != m.digest()
	return changed, changed || m.open() && Worn(f.MadeAt, m.r.Window.Start, now)
}

// digest covers what a forecast rests on: its release as it is, and coarsely what surround reads. Of the present it covers nothing: when time
// alone wears a forecast out, Worn says.
func (m *model) digest() string {
	type input struct {
		Key, Owner string
		Estimate   work.Estimate
		Links      []work.After
		Uses       []work.Use
		Dates      []db.Time
		Status     work.Status
		Remaining  *int64
	}
	var in struct {
		Window plan.Window
		Tasks  []input
		Marks  []string
		Times  map[id.Person]means.Made
		Around any
	}
	in.Window = m.r.Window
	for _, t := range m.tasks {
		in.Tasks = append(in.Tasks, input{t.Key, string(t.Owner), t.Estimate, t.Links(), t.Uses, []db.Time{t.NotBefore, t.FixedStart, t.FixedEnd, t.StartedAt, t.EndedAt, t.Due}, t.Status, t.Remaining})
	}
	slices.SortFunc(in.Tasks, func(a, b input) int { return cmp.Compare(a.Key, b.Key) })
	for _, k := range m.marks {
		in.Marks = append(in.Marks, k.key+k.planned.String()+k.actual.String())
	}
	in.Times, in.Around = m.clocks.Made, m.around.told()
	b, err := json.Marshal(in)
	if err != nil {
		return "" // never equal to that of a kept forecast
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

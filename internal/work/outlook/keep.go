package outlook

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/job"
	"slipway/internal/platform/ledger"
	"slipway/internal/work"
)

// The jobs of the wing.
const (
	JobForecast = "outlook.forecast" // makes the forecast of one release
	JobRefresh  = "outlook.refresh"  // looks for forecasts that no longer hold
)

// Subscriber is the name under which Heed follows the ledger.
const Subscriber = "outlook"

// settle is how long a release is left alone after a change, so that a series of changes makes one forecast. refreshEvery finds
// what changes without an entry of the release: the day, working times, days away.
const (
	settle       = 30 * time.Second
	refreshEvery = time.Hour
	forecastTime = 2 * time.Minute
)

type forecastArgs struct {
	Release id.Release `json:"release"`
}

// Jobs registers the jobs that keep forecasts, and has them woken by the clock; Heed wakes them by changes.
func (o *Outlooks) Jobs(r *job.Runner) {
	r.Register(JobForecast, forecastTime, func(ctx context.Context, args []byte) error {
		var a forecastArgs
		if err := json.Unmarshal(args, &a); err != nil {
			return job.Permanent(err)
		}
		return o.Keep(ctx, a.Release)
	})
	r.Register(JobRefresh, forecastTime, func(ctx context.Context, _ []byte) error { return o.refresh(ctx, r) })
	r.Periodic(JobRefresh, refreshEvery)
}

// stirring are the first words of the actions after which a forecast is looked at again.
var stirring = []string{"task.", "milestone.", "phase.", "release."}

// Heed enqueues a forecast for each release that entries speak of. It is a subscriber of the ledger.
func (o *Outlooks) Heed(tx *db.Tx, q job.Queue, rs []ledger.Record) error {
	seen := map[id.Release]bool{}
	for _, r := range rs {
		stirs := slices.ContainsFunc(stirring, func(p string) bool { return strings.HasPrefix(r.Action, p) })
		if r.Release == "" || seen[r.Release] || !stirs {
			continue
		}
		seen[r.Release] = true
		if err := enqueue(tx, q, r.Release, tx.Now.Add(settle)); err != nil {
			return err
		}
	}
	return nil
}

func enqueue(tx *db.Tx, q job.Queue, r id.Release, at db.Time) error {
	return q.Enqueue(tx, job.Job{Kind: JobForecast, Args: forecastArgs{r}, Unique: string(r), At: at})
}

// Keep makes the forecast of a release if the last one no longer holds. A release that has ended or has no work left keeps its last.
func (o *Outlooks) Keep(ctx context.Context, release id.Release) error {
	ctx = ledger.WithActor(auth.WithSystem(ctx), ledger.System)
	needed, err := o.outdated(ctx, release)
	if err != nil || !needed {
		return err
	}
	_, err = o.forecast(ctx, ForecastOptions{}, func(tx *db.Tx) (plan.Release, error) { return plan.ReleaseByID(tx, release) })
	if errs.Is(err, errs.CodeInvalid) {
		return job.Permanent(err) // the plan itself cannot be forecast; its next change tries again
	}
	return err
}

func (o *Outlooks) outdated(ctx context.Context, release id.Release) (bool, error) {
	var needed bool
	err := o.db.Read(ctx, func(tx *db.Tx) error {
		r, err := plan.ReleaseByID(tx, release)
		if err != nil || r.Ended() {
			return err
		}
		m, err := o.read(tx, r)
		if err != nil {
			return err
		}
		last, err := digestOf(tx, release)
		needed = last != m.digest() && slices.ContainsFunc(m.tasks, func(t work.Task) bool { return !t.Status.Ended() })
		return err
	})
	return needed, err
}

// refresh enqueues the forecasts that no longer hold.
func (o *Outlooks) refresh(ctx context.Context, q job.Queue) error {
	ctx = ledger.WithActor(auth.WithSystem(ctx), ledger.System)
	var after id.Release
	for {
		var page []id.Release
		err := o.db.Read(ctx, func(tx *db.Tx) (err error) {
			page, err = underway(tx, after, 100)
			return err
		})
		if err != nil || len(page) == 0 {
			return err
		}
		for _, r := range page {
			after = r
			needed, err := o.outdated(ctx, r)
			if err != nil {
				return err
			}
			if !needed {
				continue
			}
			if err := o.db.Write(ctx, func(tx *db.Tx) error { return enqueue(tx, q, r, 0) }); err != nil {
				return err
			}
		}
	}
}

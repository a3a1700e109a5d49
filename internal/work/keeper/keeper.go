package keeper

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/job"
	"slipway/internal/platform/ledger"
	"slipway/internal/work"
	"slipway/internal/work/outlook"
)

// The jobs of the wing.
const (
	JobForecast = "outlook.forecast" // makes the forecast of one release
	JobRefresh  = "outlook.refresh"  // looks for forecasts that no longer hold
)

// Subscriber is the name under which Heed follows the ledger.
const Subscriber = "outlook"

// settle is how long a release is left alone after a change, so that a series of changes makes one forecast; refreshAll is the same of working times.
// refreshEvery finds what changes without an entry of the release: the day, and what other releases use. apart is the time between two
// forecasts that it asks for.
const (
	settle       = 30 * time.Second
	refreshAll   = 5 * time.Minute
	refreshEvery = time.Hour
	refreshTime  = 10 * time.Minute
	forecastTime = 2 * time.Minute
	apart        = 100 * time.Millisecond
)

type forecastArgs struct {
	Release id.Release `json:"release"`
}

type refreshArgs struct {
	All bool `json:"all,omitempty"`
}

// Keeper is the service of the wing.
type Keeper struct {
	db       *db.DB
	outlooks *outlook.Outlooks
}

// New returns the service over a migrated database.
func New(d *db.DB, o *outlook.Outlooks) *Keeper { return &Keeper{d, o} }

// Jobs registers the jobs that keep forecasts, and has them woken by the clock; Heed wakes them by changes.
func (k *Keeper) Jobs(r *job.Runner) {
	r.Register(JobForecast, forecastTime, func(ctx context.Context, args []byte) error {
		var a forecastArgs
		if err := json.Unmarshal(args, &a); err != nil {
			return job.Permanent(err)
		}
		return k.Keep(ctx, a.Release)
	})
	r.Register(JobRefresh, refreshTime, func(ctx context.Context, args []byte) error {
		var a refreshArgs
		if err := json.Unmarshal(args, &a); err != nil {
			return job.Permanent(err)
		}
		return k.refresh(ctx, r, a.All)
	})
	r.Periodic(JobRefresh, refreshEvery)
}

// stirring are the first words of the actions after which a forecast is looked at again.
var stirring = []string{"task.", "milestone.", "phase.", "release."}

// shifting are the first words of the actions that change working times, which many releases may rest on.
var shifting = []string{"workingtime.", "absence.", "holiday.", "team."}

// Heed enqueues a forecast for each release that entries speak of and that is worth one: it has not ended, and has a window and open tasks. After a change
// of working times it has all of them looked at. It is a subscriber of the ledger.
func (k *Keeper) Heed(tx *db.Tx, q job.Queue, rs []ledger.Record) error {
	seen := map[id.Release]bool{}
	var stirred []id.Release
	all := false
	for _, r := range rs {
		begins := func(p string) bool { return strings.HasPrefix(r.Action, p) }
		all = all || slices.ContainsFunc(shifting, begins)
		if r.Release == "" || seen[r.Release] || !slices.ContainsFunc(stirring, begins) || r.Action == work.TaskChased {
			continue
		}
		seen[r.Release] = true
		stirred = append(stirred, r.Release)
	}
	worth, err := worthForecast(tx, stirred)
	if err != nil {
		return err
	}
	for _, r := range worth {
		if err := enqueue(tx, q, r, tx.Now.Add(settle)); err != nil {
			return err
		}
	}
	if all {
		return q.Enqueue(tx, job.Job{Kind: JobRefresh, Args: refreshArgs{All: true}, Unique: "all", At: tx.Now.Add(refreshAll)})
	}
	return nil
}

func enqueue(tx *db.Tx, q job.Queue, r id.Release, at db.Time) error {
	return q.Enqueue(tx, job.Job{Kind: JobForecast, Args: forecastArgs{r}, Unique: string(r), At: at})
}

// Keep makes the forecast of a release if the last one no longer holds. A release that has ended, has no window or has no work left keeps its last: it
// costs one statement.
func (k *Keeper) Keep(ctx context.Context, release id.Release) error {
	ctx = ledger.WithActor(auth.WithSystem(ctx), ledger.System)
	var worth []id.Release
	err := k.db.Read(ctx, func(tx *db.Tx) (err error) {
		worth, err = worthForecast(tx, []id.Release{release})
		return err
	})
	if err != nil || len(worth) == 0 {
		return err
	}
	_, err = k.outlooks.Renew(ctx, release)
	if errs.Is(err, errs.CodeInvalid) {
		return job.Permanent(err) // the plan itself cannot be forecast; its next change tries again
	}
	return err
}

// refresh enqueues the forecasts that no longer hold: those of an earlier day, which it need not look at, and, of releases whose windows are near, those
// that rest on something that has changed. With all it looks at every release.
func (k *Keeper) refresh(ctx context.Context, q job.Queue, all bool) error {
	ctx = ledger.WithActor(auth.WithSystem(ctx), ledger.System)
	var after id.Release
	var queued time.Duration
	for {
		var page []age
		err := k.db.Read(ctx, func(tx *db.Tx) (err error) {
			page, err = underway(tx, after, 100)
			return err
		})
		if err != nil || len(page) == 0 {
			return err
		}
		for _, x := range page {
			after = x.Release
			needed, err := k.needed(ctx, x, all)
			if err != nil {
				return err
			}
			if !needed {
				continue
			}
			// One after the other, so that the first hour of a day is not spent on forecasts alone.
			if err := k.db.Write(ctx, func(tx *db.Tx) error { return enqueue(tx, q, x.Release, tx.Now.Add(queued)) }); err != nil {
				return err
			}
			queued = min(queued+apart, refreshEvery*3/4)
		}
	}
}

// near is how close a window is when its release is looked at every hour.
const near = 30 * 24 * time.Hour

func (k *Keeper) needed(ctx context.Context, x age, all bool) (bool, error) {
	var out bool
	err := k.db.Read(ctx, func(tx *db.Tx) error {
		today := db.At(tx.Now.Std().UTC().Truncate(24 * time.Hour))
		if x.MadeAt.Before(today) {
			out = true
			return nil
		}
		if !all && x.WindowStart.After(tx.Now.Add(near)) {
			return nil
		}
		var err error
		out, err = k.outlooks.Outdated(tx, x.Release)
		return err
	})
	return out, err
}

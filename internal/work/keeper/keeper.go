package keeper

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"

	"slipway/internal/id"
	"slipway/internal/platform/db"
	"slipway/internal/platform/job"
	"slipway/internal/platform/ledger"
	"slipway/internal/work"
	"slipway/internal/work/outlook"
)

// The jobs of the wing.
const (
	JobForecast = "outlook.forecast" // looks at the release whose turn it is
	JobRefresh  = "outlook.refresh"  // lists the releases of a round
)

// Subscriber is the name under which Heed follows the ledger.
const Subscriber = "outlook"

// quiet is how long a release is left alone after a change; refreshAll is the same of working times. refreshEvery is the time between two rounds.
const (
	quiet        = 30 * time.Second
	refreshAll   = 5 * time.Minute
	refreshEvery = time.Hour
	refreshTime  = 10 * time.Minute
	forecastTime = 2 * time.Minute
)

type refreshArgs struct {
	All bool `json:"all,omitempty"`
}

// Keeper is the service of the wing. It is safe for concurrent use.
type Keeper struct {
	db    *db.DB
	renew func(ctx context.Context, release id.Release) (bool, error)

	mu   sync.Mutex
	rest db.Time // until when this process makes no forecast
}

// New returns the service over a migrated database.
func New(d *db.DB, o *outlook.Outlooks) *Keeper { return &Keeper{db: d, renew: o.Renew} }

// Jobs registers the jobs that keep forecasts, and has them woken by the clock; Heed wakes them by changes.
func (k *Keeper) Jobs(r *job.Runner) {
	r.Register(JobForecast, forecastTime, func(ctx context.Context, _ []byte) error { return k.turn(ctx, r) })
	r.Register(JobRefresh, refreshTime, func(ctx context.Context, args []byte) error {
		var a refreshArgs
		if err := json.Unmarshal(args, &a); err != nil {
			return job.Permanent(err)
		}
		return k.round(ctx, r, a.All)
	})
	r.Periodic(JobRefresh, refreshEvery)
}

// stirring are the first words of the actions after which a forecast is looked at again.
var stirring = []string{"task.", "milestone.", "phase.", "release."}

// shifting are the first words of the actions that change working times, which many releases may rest on.
var shifting = []string{"workingtime.", "absence.", "holiday.", "team."}

// Heed has each release looked at that entries speak of and that is worth a forecast: it has not ended, and has a window and open tasks or a forecast. These go before
// the releases of the round. After a change of working times it starts a round of all of them. It is a subscriber of the ledger.
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
	settled := tx.Now.Add(quiet)
	for _, r := range worth {
		if err := putDue(tx, due{Release: r, Lane: byChange, Turn: tx.Now, DueAt: settled}); err != nil {
			return err
		}
	}
	if len(worth) > 0 {
		if err := next(tx, q, settled); err != nil {
			return err
		}
	}
	if all {
		return q.Enqueue(tx, job.Job{Kind: JobRefresh, Args: refreshArgs{All: true}, Unique: "all", At: tx.Now.Add(refreshAll)})
	}
	return nil
}

// next has the next release looked at. There is one such job at most, which is what makes forecasts one at a time.
func next(tx *db.Tx, q job.Queue, at db.Time) error {
	return q.Enqueue(tx, job.Job{Kind: JobForecast, Unique: "next", At: at})
}

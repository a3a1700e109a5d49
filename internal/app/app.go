package app

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/calendar/feed"
	"slipway/internal/catalog"
	"slipway/internal/clearance"
	"slipway/internal/clock"
	"slipway/internal/decide"
	"slipway/internal/deploy"
	"slipway/internal/gate"
	"slipway/internal/home"
	"slipway/internal/plan"
	"slipway/internal/platform/api"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/account"
	"slipway/internal/platform/blob"
	"slipway/internal/platform/config"
	"slipway/internal/platform/db"
	"slipway/internal/platform/httpx"
	"slipway/internal/platform/job"
	"slipway/internal/platform/ledger"
	"slipway/internal/platform/metrics"
	"slipway/internal/platform/ui/live"
	"slipway/internal/platform/web"
	"slipway/internal/risk"
	"slipway/internal/work"
	"slipway/internal/work/dependency"
	"slipway/internal/work/exchange"
)

// Options are what differs between the server, the demonstration and tests.
type Options struct {
	Config  config.Loaded
	Log     *slog.Logger
	Clock   clock.Clock // the machine's if nil
	Version string
	// Org is the name of the organisation, as the shell shows it.
	Org string
	// Demo opens the doors of the demonstration: anybody signs in as anybody.
	Demo bool
	// Prepare runs once everything works and before anybody is answered; an error stops the start.
	Prepare func(ctx context.Context, a *App) error

	epoch string // begins an epoch of the ledger, after a restore
}

// App is a Slipway put together. Its parts are exported for the demonstration and the journeys, which use them as a
// caller would.
type App struct {
	o      Options
	DB     *db.DB
	Ledger *ledger.Ledger
	Jobs   *job.Runner
	Blobs  *blob.Store
	Auth   *account.Service
	Kinds  *apply.Registry

	Catalog      *catalog.Catalog
	Plans        *plan.Plans
	Tasks        *work.Tasks
	Dependencies *dependency.Dependencies
	Exchange     *exchange.Exchange
	Calendar     *calendar.Calendar
	Feeds        *feed.Feeds
	calendarWings
	capacityWings
	actionWings
	outlookWings
	moveWings
	scopeWings
	roadmapWings
	Risks     *risk.Register
	Gate      *gate.Gate
	Decisions *decide.Decisions
	Clearance *clearance.Clearance
	Runbooks  *deploy.Runbooks
	Runs      *deploy.Runs
	Record    *home.Record
	Home      *home.Home

	api     *api.API
	site    *web.Site
	hub     *live.Hub
	metrics *metrics.Metrics
	health  *httpx.Health

	closing   []func() // what ends streams, before the server waits for requests
	unfollow  context.CancelFunc
	following sync.WaitGroup
}

// OpenDB opens the database of a configuration without changing it.
func OpenDB(ctx context.Context, o Options) (*db.DB, error) {
	return db.Open(ctx, db.Options{Dir: o.Config.Data, URL: o.Config.Database, Clock: o.Clock})
}

// Migrate brings the schema of a configuration's database to this binary's.
func Migrate(ctx context.Context, d *db.DB) error { return db.Migrate(ctx, d, job.MigrateRiver) }

// Open migrates the database and puts everything on it together. Nothing runs until Start.
func Open(ctx context.Context, o Options) (_ *App, err error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	a := &App{o: o, hub: live.NewHub(live.Config{}), metrics: metrics.New(o.Version)}
	if a.DB, err = OpenDB(ctx, o); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.DB.Close())
		}
	}()
	if err = Migrate(ctx, a.DB); err != nil {
		return nil, err
	}
	if a.Ledger, err = ledger.Open(ctx, a.DB, LedgerOptions(o)); err != nil {
		return nil, err
	}
	if a.Jobs, err = job.Open(a.DB, job.Options{Logger: o.Log}); err != nil {
		return nil, err
	}
	a.Blobs = blob.New(a.DB)
	permissions, err := auth.NewCatalog(permissions()...)
	if err != nil {
		return nil, err
	}
	a.Auth = account.New(a.DB, account.Options{Catalog: permissions, Idle: o.Config.SessionIdle, Absolute: o.Config.SessionLife, Zone: o.Config.Zone, Duties: catalog.Duties{}, Demo: o.Demo})
	if err = a.areas(); err != nil {
		return nil, err
	}
	guard := a.Auth.Guard()
	a.api = api.New(api.Options{DB: a.DB, Guard: guard, Log: o.Log, Version: o.Version})
	a.site = web.New(web.Options{Guard: guard, Shell: a.shell, Failure: failure, SignIn: "/sign-in", Log: o.Log})
	a.health = &httpx.Health{Checks: a.ready(), Log: o.Log}
	a.routes()
	return a, nil
}

// LedgerOptions say where the key and the last checkpoint lie: beside the database unless configured.
func LedgerOptions(o Options) ledger.Options {
	c := o.Config
	return ledger.Options{
		Secret:         c.LedgerKey,
		KeyFile:        cmp.Or(c.LedgerKeyFile, filepath.Join(c.Data, "ledger.key")),
		CheckpointFile: filepath.Join(c.Data, "checkpoint"),
		NewEpoch:       o.epoch,
		Fault:          func(err error) { o.Log.Error("the ledger's background work failed", "error", err) },
	}
}

// fault reports what goes wrong in the background to the log.
func (a *App) fault(what string) func(error) {
	return func(err error) { a.o.Log.Error(what, "error", err) }
}

// housekeeping is work that has no cause but time.
func (a *App) housekeeping() {
	const keys = "api.forget_keys"
	a.Jobs.Register(keys, time.Minute, func(ctx context.Context, _ []byte) error { return api.ForgetKeys(ctx, a.DB) })
	a.Jobs.Periodic(keys, time.Hour)
	a.recheckConflicts()
}

// Start begins the background work: sequencing, jobs, runs, live pages.
func (a *App) Start(ctx context.Context) error {
	if err := a.Ledger.Start(ctx); err != nil {
		return err
	}
	if err := a.Plans.EnsureBuiltin(auth.WithSystem(ctx)); err != nil {
		return err
	}
	ctx, a.unfollow = context.WithCancel(ctx)
	a.following.Go(func() {
		if err := a.follow(ctx); ctx.Err() == nil {
			a.o.Log.Error("live pages no longer follow the ledger", "error", err)
		}
	})
	a.housekeeping()
	if err := a.Jobs.Start(ctx); err != nil {
		return err
	}
	return a.Runs.Start(ctx)
}

// Close stops what Start began and closes the database.
func (a *App) Close(ctx context.Context) error {
	a.hub.Close()
	if a.unfollow != nil {
		a.unfollow()
	}
	a.following.Wait()
	return errors.Join(a.Runs.Stop(ctx), a.Jobs.Stop(ctx), a.Ledger.Stop(ctx), a.DB.Close())
}

// follow wakes the pages that an entry touches. It ends only with an error.
func (a *App) follow(ctx context.Context) error {
	return a.Ledger.Follow(ctx, ledger.FromHead, func(rs []ledger.Record) error {
		topics := map[string]bool{web.WatchTopic: true}
		var seq int64
		for _, r := range rs {
			seq = max(seq, r.Seq)
			topics[r.Subject.Kind+"/"+r.Subject.ID] = true
			topics[plural(r.Subject.Kind)] = true
			if r.Release != "" {
				topics["release/"+string(r.Release)] = true
			}
		}
		list := make([]string, 0, len(topics))
		for t := range topics {
			list = append(list, t)
		}
		a.hub.Wake(seq, list...)
		return nil
	})
}

// plural is the topic of everything of a kind.
func plural(kind string) string {
	if stem, ok := strings.CutSuffix(kind, "y"); ok {
		return stem + "ies"
	}
	return kind + "s"
}

func (a *App) head(ctx context.Context) (int64, error) {
	h, err := a.Ledger.Head(ctx)
	return h.Size, err
}

// ready is what /readyz asks.
func (a *App) ready() []httpx.Check {
	return []httpx.Check{{Name: "database", Test: func(ctx context.Context) error {
		return a.DB.Read(ctx, func(tx *db.Tx) error {
			_, err := ledger.HeadOf(tx)
			return err
		})
	}}}
}

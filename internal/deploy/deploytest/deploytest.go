package deploytest

import (
	"context"
	"os"
	"testing"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/catalog"
	"slipway/internal/deploy"
	"slipway/internal/deploy/runbook"
	"slipway/internal/deploy/runbookfile"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/dial"
	"slipway/internal/platform/ledger"
)

// Shim is called first in TestMain of packages whose runs execute commands: the test binary stands for slipway.
func Shim() {
	if len(os.Args) == 3 && os.Args[1] == "shim" {
		os.Exit(deploy.RunShim(os.Args[2]))
	}
}

// World is plantest's bank with runbooks and runs.
type World struct {
	plantest.World
	Ledger *ledger.Ledger
	Books  *deploy.Runbooks
	Runs   *deploy.Runs
}

// Gate is a clearance whose answer a test sets.
type Gate struct{ Refusal error }

// MayStart implements deploy.Clearance.
func (g *Gate) MayStart(*db.Tx, id.Release, []id.Environment) error { return g.Refusal }

// Options are those of a service that may call this machine and run commands in dir.
func Options(t testing.TB, dir string) deploy.Options {
	t.Helper()
	d, err := dial.New("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return deploy.Options{Clearance: &Gate{}, Dial: d, Lease: 1500 * time.Millisecond,
		Commands: &deploy.Commands{Dir: dir + "/attempts", Executable: self, Directories: []string{dir}},
		Secret: func(_ context.Context, name string) (string, bool, error) {
			return "hush-" + name, name != "missing", nil
		},
		Fault: func(err error) {
			if t.Context().Err() == nil {
				t.Logf("in the background: %v", err)
			}
		}}
}

// New makes a world on a migrated database whose service does not carry anything out yet. change may be nil; the
// ledger's key is kept in keyFile if one is given.
func New(t testing.TB, d *db.DB, change func(*deploy.Options), keyFile ...string) World {
	t.Helper()
	authtest.Service(t, d, catalog.Permissions, plan.Permissions, calendar.Permissions, deploy.Permissions)
	key := t.TempDir() + "/ledger.key"
	if len(keyFile) > 0 {
		key = keyFile[0]
	}
	l, err := ledger.Open(t.Context(), d, ledger.Options{KeyFile: key})
	if err != nil {
		t.Fatal(err)
	}
	w := World{World: plantest.New(t, d), Ledger: l}
	if w.Books, err = deploy.NewRunbooks(d); err != nil {
		t.Fatal(err)
	}
	w.Plans.Follow(w.Books)
	o := Options(t, t.TempDir())
	if change != nil {
		change(&o)
	}
	w.Runs = deploy.New(d, w.Books, o)
	return w
}

// Start carries runs out until the end of the test.
func (w World) Start(t testing.TB) {
	t.Helper()
	Start(t, w.Runs)
}

// Start carries runs of a service out until the end of the test.
func Start(t testing.TB, s *deploy.Runs) {
	t.Helper()
	if err := s.Start(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := s.Stop(ctx); err != nil {
			t.Errorf("stopping: %v", err)
		}
	})
}

// Put stores a runbook written as YAML.
func (w World) Put(t testing.TB, text string) runbook.Runbook {
	t.Helper()
	r, err := runbookfile.Parse("runbook.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.Books.Put(w.Admin, r); err != nil {
		t.Fatal(err)
	}
	return r
}

// Ready makes a release in the state approved that runs a runbook.
func (w World) Ready(t testing.TB, key, book string) plan.Release {
	t.Helper()
	spec := plantest.Spec(key)
	spec.Runbook = book
	r, err := w.Plans.Create(w.Admin, spec)
	if err != nil {
		t.Fatal(err)
	}
	return w.Bring(t, r.ID, plan.Approved)
}

// Begin starts a run.
func (w World) Begin(t testing.TB, release string, in deploy.NewRun) deploy.Run {
	t.Helper()
	r, err := w.Runs.StartRun(w.Admin, release, in)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Until waits until a run is as wanted, and fails the test after two minutes.
func (w World) Until(t testing.TB, run id.Run, what string, is func(deploy.View) bool) deploy.View {
	t.Helper()
	return Until(t, w.Runs, w.Admin, run, what, is)
}

// Until is World.Until for another service.
func Until(t testing.TB, s *deploy.Runs, as context.Context, run id.Run, what string, is func(deploy.View) bool) deploy.View {
	t.Helper()
	ctx, cancel := context.WithTimeout(as, 2*time.Minute)
	defer cancel()
	var v deploy.View
	for rev := int64(-1); ctx.Err() == nil; rev = v.Rev {
		var err error
		if v, err = s.Await(ctx, run, rev, time.Second); err != nil {
			break
		}
		if is(v) {
			return v
		}
	}
	for _, s := range v.Steps {
		t.Logf("%-12s %-10s attempt %d.%d %s %s", s.Key, s.State, s.Attempt, s.Round, s.Question, s.Reason)
	}
	t.Fatalf("the run never became: %s; it is %s, rolling back %v", what, v.State, v.Course.RollingBack)
	return v
}

// Ended waits until a run has ended in a state.
func (w World) Ended(t testing.TB, run id.Run, state runbook.State) deploy.View {
	t.Helper()
	return w.Until(t, run, string(state), func(v deploy.View) bool { return v.State == state })
}

// Step waits until a step is in a state.
func (w World) Step(t testing.TB, run id.Run, step string, state runbook.StepState) deploy.View {
	t.Helper()
	return w.Until(t, run, step+" "+string(state), func(v deploy.View) bool { s, _ := v.Course.Step(step); return s.State == state })
}

// Actions returns the actions of a run's entries in order.
func (w World) Actions(t testing.TB, run id.Run) []string {
	t.Helper()
	if err := w.Ledger.Sequence(t.Context()); err != nil {
		t.Fatal(err)
	}
	rs, err := w.Ledger.Entries(t.Context(), ledger.Filter{All: true, Subject: ledger.Subject{Kind: "run", ID: string(run)}, Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range rs {
		out = append(out, r.Action)
	}
	return out
}

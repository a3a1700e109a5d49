package bench

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/catalog"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

var (
	bulkFlag = flag.String("bulk", "small", "size of the data set, small or big, or the directory of one that was kept")
	keepFlag = flag.String("keep", "", "make the data set in this directory, and keep it")
)

// size is how much a data set has of everything.
type size struct{ products, services, environments, freezes, deployments, releases, entries int }

var sizes = map[string]size{
	"small": {products: 4, services: 100, environments: 10, freezes: 10, deployments: 200, releases: 320, entries: 5_000},
	"big":   {products: 20, services: 20_000, environments: 300, freezes: 200, deployments: 20_000, releases: 10_000, entries: 1_000_000},
}

// batch is how many facts one transaction takes.
const batch = 250

// between is the distance of two releases' windows, so that a month of 30 days has 300 of them.
const between = 144 * time.Minute

// bulk is the data set that the benchmarks of one run share.
var bulk struct {
	dir  string
	made size
	took time.Duration
}

// bulkDir returns the directory of the data set that -bulk asks for, and makes it at the first call.
func bulkDir(t testing.TB) string {
	t.Helper()
	if bulk.dir != "" {
		return bulk.dir
	}
	n, ok := sizes[*bulkFlag]
	if _, err := os.Stat(filepath.Join(*bulkFlag, "slipway.db")); !ok && err == nil {
		bulk.dir = *bulkFlag
		return bulk.dir
	}
	if !ok {
		t.Fatalf("-bulk=%s: it is small, big, or a directory with a data set", *bulkFlag)
	}
	dir := *keepFlag
	if dir == "" {
		dir = scratchDir(t)
	}
	w := open(t, dir)
	bulk.took = took(func() { w.fill(t, n) })
	must(t, w.close())
	t.Logf("the %s data set was made in %s", *bulkFlag, bulk.took.Round(time.Millisecond))
	bulk.dir, bulk.made = dir, n
	return dir
}

// fill makes a data set by the services, many facts to a commit, as an import does.
func (w *world) fill(t testing.TB, n size) {
	t.Helper()
	tiers := catalog.Tiers()
	each(t, n.products, func(i int) error {
		_, err := w.Catalog.AddProduct(w.admin, catalog.ProductSpec{Key: fmt.Sprintf("product-%d", i), Name: fmt.Sprintf("Product %d", i)})
		return err
	})
	each(t, n.services, func(i int) error {
		_, err := w.Catalog.AddService(w.admin, catalog.ServiceSpec{Key: service(i), Name: fmt.Sprintf("Service %d", i), Product: fmt.Sprintf("product-%d", i%n.products), Tier: i % 4})
		return err
	})
	each(t, n.environments, func(i int) error {
		_, err := w.Catalog.AddEnvironment(w.admin, catalog.EnvironmentSpec{Key: environment(i), Name: fmt.Sprintf("Environment %d", i), Tier: tiers[i%len(tiers)], Default: "open",
			Rule: []string{"open", "window-only", "release-only"}[i%3]})
		return err
	})
	each(t, n.freezes, func(i int) error {
		s := calendar.Spec{Name: fmt.Sprintf("Freeze %d", i), Reason: "The big data set", Start: "2026-01-02T00:00", End: "2026-01-02T06:00", Zone: "Europe/Copenhagen", RRule: "FREQ=WEEKLY;BYDAY=FR"}
		s.Environments = []string{environment(i % n.environments)}
		_, err := w.Calendar.Add(w.admin, calendar.Freeze, s)
		return err
	})
	w.batches(t, n.deployments, func(tx *db.Tx, i int) error {
		_, err := catalog.RecordDeployment(tx, catalog.NewDeployment{Service: service(i % n.services), Environment: environment(i % 7 % n.environments), Version: fmt.Sprintf("1.%d.0", i%9), Source: "import"})
		return err
	})
	w.releases(t, n)
	head, err := w.Ledger.Head(w.admin)
	must(t, err)
	w.batches(t, n.entries-int(head.Size), func(tx *db.Tx, i int) error {
		ledger.Append(tx, ledger.Entry{Action: []string{"risk.opened", "risk.closed", "task.set", "run.step_ended"}[i%4], Subject: ledger.Subject{Kind: "risk", ID: fmt.Sprint(i / 40)},
			Payload: map[string]any{"title": "A vendor slips", "impact": i % 5}})
		return nil
	})
}

// releases makes releases whose windows lie evenly around now, those of the past closed, those to come active.
func (w *world) releases(t testing.TB, n size) {
	t.Helper()
	now := w.DB.Clock().Now()
	first := now.Add(-between * time.Duration(n.releases*6/10))
	in := make([]plan.Imported, n.releases)
	for i := range in {
		start := first.Add(between * time.Duration(i))
		s := plan.Spec{Key: fmt.Sprintf("release-%05d", i), Product: fmt.Sprintf("product-%d", i%n.products), Version: fmt.Sprintf("26.%d", i), Title: "A release of the big data set", Template: "standard",
			Window: &plan.Window{Start: db.At(start), End: db.At(start.Add(time.Hour))}, Environments: []string{environment(0)}}
		for k := range 2 {
			s.Services = append(s.Services, plan.ItemSpec{Service: service((i%n.products + k*n.products) % n.services), Version: fmt.Sprintf("2.%d.0", i)})
		}
		in[i] = plan.Imported{Spec: s, State: plan.Active}
		if start.Before(now) {
			in[i].State = plan.Closed
		}
	}
	made, err := w.Plans.Import(w.admin, in)
	must(t, err)
	if made != len(in) {
		t.Fatalf("%d of %d releases were made", made, len(in))
	}
}

func service(i int) string     { return fmt.Sprintf("service-%d", i) }
func environment(i int) string { return fmt.Sprintf("environment-%d", i) }

// each does n things by services that take one at a time; from 64 callers at once, so that they share commits.
func each(t testing.TB, n int, do func(i int) error) {
	t.Helper()
	const callers = 64
	var wg sync.WaitGroup
	for c := range callers {
		wg.Go(func() {
			for i := c; i < n; i += callers {
				if err := do(i); err != nil {
					t.Errorf("number %d: %v", i, err)
					return
				}
			}
		})
	}
	wg.Wait()
	if t.Failed() {
		t.FailNow()
	}
}

// batches does n things inside transactions of a few hundred.
func (w *world) batches(t testing.TB, n int, do func(tx *db.Tx, i int) error) {
	t.Helper()
	for from := 0; from < n; from += batch {
		must(t, w.DB.Write(w.admin, func(tx *db.Tx) error {
			for i := from; i < min(from+batch, n); i++ {
				if err := do(tx, i); err != nil {
					return err
				}
			}
			return nil
		}))
	}
}

// TestDataSet makes a data set, of the size that -bulk asks for, and verifies what it recorded.
func TestDataSet(t *testing.T) {
	dir := bulkDir(t)
	if bulk.took > 3*time.Minute {
		t.Errorf("it took %s; the aim is three minutes", bulk.took)
	}
	if bulk.made.services == 0 {
		t.Skip("the data set was made before; nothing says what is in it")
	}
	w := open(t, dir)
	for name, want := range map[string]int{"service": bulk.made.services, "environment": bulk.made.environments, "release": bulk.made.releases, "deployment": bulk.made.deployments} {
		var n int
		if err := w.DB.Read(w.admin, func(tx *db.Tx) error { return tx.Get(&n, "SELECT count(*) FROM "+name) }); err != nil || n != want {
			t.Errorf("%s: %d rows, want %d, %v", name, n, want, err)
		}
	}
	rep, err := w.Ledger.Verify(t.Context())
	if err != nil || rep.Fault != nil {
		t.Fatalf("the ledger does not hold: %+v %v", rep, err)
	}
	if h, err := w.Ledger.Head(t.Context()); err != nil || int(h.Size) < bulk.made.entries {
		t.Errorf("%d entries, want %d, %v", h.Size, bulk.made.entries, err)
	}
}

package bench

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/catalog"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

// calendarSize is how much the calendar under load holds.
type calendarSize struct{ services, environments, releases, freezes, bookings int }

var calendarSizes = map[string]calendarSize{
	"small": {services: 40, environments: 10, releases: 300, freezes: 60, bookings: 600},
	"big":   {services: 400, environments: 60, releases: 10_000, freezes: 2_000, bookings: 50_000},
}

// calendarWorld is the calendar under load that the benchmarks of one run share.
var calendarWorld = struct {
	sync.Mutex
	dir string
}{}

func openCalendar(t testing.TB) *world {
	t.Helper()
	calendarWorld.Lock()
	defer calendarWorld.Unlock()
	n, ok := calendarSizes[*bulkFlag]
	if !ok {
		t.Skipf("-bulk=%s has no calendar under load", *bulkFlag)
	}
	if calendarWorld.dir == "" && *keepFlag != "" {
		if _, err := os.Stat(filepath.Join(*keepFlag, "slipway.db")); err == nil {
			calendarWorld.dir = *keepFlag // made before, of the size that -bulk says
		}
	}
	if calendarWorld.dir == "" {
		dir := *keepFlag
		if dir == "" {
			dir = scratchDir(t)
		}
		w := open(t, dir)
		d := took(func() { w.fillCalendar(t, n) })
		must(t, w.close())
		t.Logf("the calendar under load was made in %s", d.Round(time.Millisecond))
		calendarWorld.dir = dir
	}
	return open(t, calendarWorld.dir)
}

// fillCalendar makes releases evenly around now, each with two services in one of many environments, recurring freezes of single
// environments and services, and bookings of environments by the hour.
func (w *world) fillCalendar(t testing.TB, n calendarSize) {
	t.Helper()
	tiers := catalog.Tiers()
	_, err := w.Catalog.AddProduct(w.admin, catalog.ProductSpec{Key: "product", Name: "Product"})
	must(t, err)
	each(t, n.services, func(i int) error {
		_, err := w.Catalog.AddService(w.admin, catalog.ServiceSpec{Key: service(i), Name: fmt.Sprintf("Service %d", i), Product: "product", Tier: i % 4})
		return err
	})
	environments := make([]catalog.Environment, n.environments)
	each(t, n.environments, func(i int) (err error) {
		environments[i], err = w.Catalog.AddEnvironment(w.admin, catalog.EnvironmentSpec{Key: environment(i), Name: fmt.Sprintf("Environment %d", i), Tier: tiers[i%len(tiers)], Default: "open"})
		return err
	})
	each(t, n.freezes, func(i int) error {
		s := calendar.Spec{Name: fmt.Sprintf("Freeze %d", i), Reason: "The load", Start: fmt.Sprintf("2026-01-%02dT%02d:00", 1+i%28, i%20), End: fmt.Sprintf("2026-01-%02dT%02d:00", 1+i%28, i%20+3),
			Zone: "Europe/Copenhagen", RRule: []string{"FREQ=WEEKLY", "FREQ=MONTHLY", "FREQ=WEEKLY;INTERVAL=2"}[i%3]}
		s.Environments = []string{environment(i % n.environments)}
		if i%2 == 0 {
			s.Services = []string{service(i % n.services)}
		}
		_, err := w.Calendar.Add(w.admin, calendar.Freeze, s)
		return err
	})
	now := w.DB.Clock().Now().Truncate(time.Hour)
	const apart = 60 * time.Minute
	in := make([]plan.Imported, n.releases)
	for i := range in {
		start := now.Add(apart * time.Duration(i-n.releases/2))
		s := plan.Spec{Key: fmt.Sprintf("release-%05d", i), Product: "product", Version: fmt.Sprintf("26.%d", i), Template: "standard",
			Window: &plan.Window{Start: db.At(start), End: db.At(start.Add(3 * time.Hour))}, Environments: []string{environment(i % n.environments), environment((i + 1) % n.environments)}}
		for k := range 2 {
			s.Services = append(s.Services, plan.ItemSpec{Service: service((i + k*7) % n.services), Version: fmt.Sprintf("2.%d.0", i)})
		}
		in[i] = plan.Imported{Spec: s, State: plan.Active}
		if start.Before(now) {
			in[i].State = plan.Closed
		}
	}
	d := took(func() {
		_, err = w.Plans.Import(w.admin, in)
		must(t, err)
	})
	t.Logf("%d releases were taken over with their conflicts in %s", n.releases, d.Round(time.Millisecond))
	// The operation is measured below; here rows are enough.
	w.batches(t, n.bookings, func(tx *db.Tx, i int) error {
		e := environments[i%n.environments]
		from := db.At(now.Add(time.Duration(i/n.environments-n.bookings/n.environments/2) * 4 * time.Hour))
		_, err := tx.Exec(`INSERT INTO booking (id, key, kind, thing, thing_key, thing_name, units, release, product, purpose, from_at, to_at, state, state_reason, state_at, state_by, requested_by,
			rev, created_at, created_by, changed_at, changed_by) VALUES ($1, $2, 'environment', $3, $4, $5, 1, NULL, '', 'Load', $6, $7, 'confirmed', '', $6, 'bench', '', 1, $6, 'bench', $6, 'bench')`,
			id.New[string](), fmt.Sprintf("booking-%d", i), e.ID, e.Key, e.Name, from, from.Add(2*time.Hour))
		return err
	})
}

// samples measures one operation many times and reports its median and its 95th of a hundred, in milliseconds.
func samples(b *testing.B, limit time.Duration, do func(i int)) {
	b.Helper()
	for i := range 3 {
		do(i)
	}
	var ds []time.Duration
	i := 3
	for b.Loop() {
		ds = append(ds, took(func() { do(i) }))
		i++
	}
	slices.Sort(ds)
	p95 := ds[len(ds)*95/100]
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(micros(median(ds))/1000, "ms")
	b.ReportMetric(micros(p95)/1000, "p95-ms")
	b.ReportMetric(micros(limit)/1000, "limit-ms")
}

// BenchmarkCalendarCheck finds the conflicts of one release anew and keeps them: what a write that touches time, services or
// environments pays for it.
func BenchmarkCalendarCheck(b *testing.B) {
	w := openCalendar(b)
	n := calendarSizes[*bulkFlag]
	var rs []plan.Release
	must(b, w.DB.Read(w.admin, func(tx *db.Tx) (err error) {
		rs, err = plan.Between(tx, plan.Filter{From: tx.Now, To: tx.Now.Add(60 * 24 * time.Hour)}, n.releases)
		return err
	}))
	samples(b, 20*time.Millisecond, func(i int) {
		must(b, w.DB.Write(w.admin, func(tx *db.Tx) error { return w.Conflicts.Recheck(tx, rs[i*17%len(rs)].ID) }))
	})
}

// BenchmarkCalendarMove moves the window of a release, with everything that follows it.
func BenchmarkCalendarMove(b *testing.B) {
	w := openCalendar(b)
	n := calendarSizes[*bulkFlag]
	samples(b, 20*time.Millisecond, func(i int) {
		key := fmt.Sprintf("release-%05d", n.releases/2+10+i*13%(n.releases/3))
		at := db.At(w.DB.Clock().Now().Add(time.Duration(24+i%900) * time.Hour))
		_, err := w.Plans.Set(w.admin, key, 0, plan.Edit{Window: &plan.Window{Start: at, End: at.Add(3 * time.Hour)}, Reason: "Load"})
		must(b, err)
	})
}

// BenchmarkCalendarFreeze publishes a recurring freeze of one environment.
func BenchmarkCalendarFreeze(b *testing.B) {
	w := openCalendar(b)
	n := calendarSizes[*bulkFlag]
	samples(b, 20*time.Millisecond, func(i int) {
		_, err := w.Calendar.Add(w.admin, calendar.Freeze, calendar.Spec{Name: "More " + id.New[string](), Reason: "Load", Start: "2026-01-06T02:00", End: "2026-01-06T04:00", Zone: "Europe/Copenhagen",
			RRule: "FREQ=WEEKLY", Scope: calendar.Scope{Environments: []string{environment(i % n.environments)}}})
		must(b, err)
	})
}

// BenchmarkCalendarBook asks for a booking over the API.
func BenchmarkCalendarBook(b *testing.B) {
	w := openCalendar(b)
	n := calendarSizes[*bulkFlag]
	samples(b, 20*time.Millisecond, func(i int) {
		from := w.DB.Clock().Now().Truncate(time.Hour).Add(time.Duration(24*200+i) * time.Hour)
		body, err := json.Marshal(map[string]any{"environment": environment(i % n.environments), "purpose": "Load", "from": from, "to": from.Add(time.Hour)})
		must(b, err)
		r, err := http.NewRequestWithContext(b.Context(), http.MethodPost, w.server.URL+"/api/v1/bookings", bytes.NewReader(body))
		must(b, err)
		r.Header.Set("Authorization", "Bearer "+w.token)
		r.Header.Set("Content-Type", "application/json")
		res, err := w.client.Do(r)
		must(b, err)
		defer res.Body.Close()
		if res.StatusCode != http.StatusCreated && res.StatusCode != http.StatusConflict {
			b.Fatalf("%d", res.StatusCode)
		}
	})
}

// BenchmarkCalendarMonth reads what a month draws: releases, periods with their stretches.
func BenchmarkCalendarMonth(b *testing.B) { benchmarkSpan(b, "") }

// BenchmarkCalendarTimeline reads what the timeline of one environment draws for a quarter.
func BenchmarkCalendarTimeline(b *testing.B) { benchmarkSpan(b, environment(3)) }

func benchmarkSpan(b *testing.B, where string) {
	w := openCalendar(b)
	days := 31
	if where != "" {
		days = 92
	}
	samples(b, 300*time.Millisecond, func(int) {
		must(b, w.DB.Read(w.admin, func(tx *db.Tx) error {
			s, err := w.Calendar.ReadSpan(tx, calendar.SurveyFilter{From: tx.Now, To: tx.Now.Add(time.Duration(days) * 24 * time.Hour), Environment: where})
			if err == nil && (len(s.Releases) == 0 || len(s.Periods) == 0) {
				err = fmt.Errorf("%d releases, %d periods", len(s.Releases), len(s.Periods))
			}
			return err
		}))
	})
}

// BenchmarkCalendarBookings reads a page of the bookings of a month over the API.
func BenchmarkCalendarBookings(b *testing.B) {
	w := openCalendar(b)
	now := w.DB.Clock().Now().UTC()
	address := w.server.URL + "/api/v1/bookings?limit=200&kind=environment&thing=" + environment(3) + "&from=" + now.Format(time.RFC3339) + "&to=" + now.AddDate(0, 1, 0).Format(time.RFC3339)
	samples(b, 300*time.Millisecond, func(int) { w.get(b, address) })
}

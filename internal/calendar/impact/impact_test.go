package impact_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"slipway/internal/calendar/calendartest"
	"slipway/internal/calendar/impact"
	"slipway/internal/clock"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
)

var now = db.At(dbtest.Start)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// in makes a release whose window opens so long from now; 0 is none.
func in(t testing.TB, w calendartest.Whole, key string, ahead time.Duration, change ...func(*plan.Spec)) plan.Release {
	t.Helper()
	s := plantest.Spec(key)
	s.Scope = nil
	s.Window = nil
	if ahead != 0 {
		s.Window = &plan.Window{Start: now.Add(ahead), End: now.Add(ahead + 2*time.Hour)}
	}
	for _, f := range change {
		f(&s)
	}
	r, err := w.Plans.Create(w.Admin, s)
	must(t, err)
	return r
}

func spec(hours int64) impact.Spec {
	return impact.Spec{Kind: impact.Downtime, Minutes: 30, Users: "All branches", NoticeHours: hours}
}

// TestTell marks users as told and says where a notice stands.
func TestTell(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := calendartest.NewWhole(t, d)
		l := ledgertest.Open(t, d)
		day := 24 * time.Hour
		for _, c := range []struct {
			name  string
			ahead time.Duration
			hours int64
			told  db.Time
			want  impact.Notice
		}{
			{"none", 3 * day, 0, 0, impact.NoticeNone},
			{"owed", 3 * day, 48, 0, impact.NoticeOwed},
			{"overdue", day, 48, 0, impact.NoticeOverdue},
			{"told", 3 * day, 48, now, impact.NoticeTold},
			{"late", day, 48, now.Add(-time.Hour), impact.NoticeLate},
			{"no window", 0, 48, 0, impact.NoticeOwed},
			{"told before there was a window", 0, 48, now, impact.NoticeTold},
		} {
			r := in(t, w, "payments-"+strings.ReplaceAll(c.name, " ", "-"), c.ahead)
			i, err := w.Impacts.Set(w.Admin, r.Key, "ledger", spec(c.hours))
			must(t, err)
			if c.told != 0 {
				if i, err = w.Impacts.Tell(w.Admin, r.Key, "ledger", i.Rev, c.told); err != nil || i.Rev != 2 || i.NoticeAt != c.told {
					t.Errorf("%s: %+v %v", c.name, i, err)
				}
			}
			of, err := w.Impacts.Of(w.Admin, r.Key)
			must(t, err)
			if i.Notice != c.want || of[0].Notice != c.want || of[0].ServiceName != "Ledger" {
				t.Errorf("%s: %s, %+v", c.name, i.Notice, of)
			}
			if due := r.Window.Start.Add(-48 * time.Hour); c.hours > 0 && c.ahead > 0 && of[0].NoticeDue != due {
				t.Errorf("%s: due %s, want %s", c.name, of[0].NoticeDue, due)
			}
		}
		if a := ledgertest.Actions(t, l); !slices.Contains(a, impact.Told) {
			t.Errorf("recorded %v", a)
		}
		if _, err := w.Impacts.Tell(w.Admin, "payments-owed", "ledger", 7, 0); errs.As(err).Reason != "row.stale" || errs.As(err).Theirs.(impact.Impact).Rev != 1 {
			t.Errorf("stale: %v", err)
		}
		if _, err := w.Impacts.Tell(w.Admin, "payments-owed", "ledger", 1, now+1); !errs.Is(err, errs.CodeInvalid) {
			t.Errorf("told in the future: %v", err)
		}
		if _, err := w.Impacts.Set(w.Admin, "payments-owed", "ledger", impact.Spec{Kind: impact.Downtime, Minutes: 1, NoticeAt: now + 1, Rev: 1}); errs.As(err).Fields[0].Name != "noticeAt" {
			t.Errorf("stated as told in the future: %v", err)
		}
		if _, err := w.Impacts.Tell(w.Admin, "payments-owed", "payments-core", 0, 0); !errs.Is(err, errs.CodeNotFound) {
			t.Errorf("nothing was stated: %v", err)
		}
		viewer := authtest.Person(t, d, "viola", "viewer")
		if _, err := w.Impacts.Tell(viewer, "payments-owed", "ledger", 1, 0); !errs.Is(err, errs.CodeForbidden) {
			t.Errorf("a viewer: %v", err)
		}
	})
}

// TestList puts what is overdue before what is due soonest, whoever's it is, and pages through it.
func TestList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := calendartest.NewWhole(t, d)
		day := 24 * time.Hour
		otto := authtest.Person(t, d, "otto", "release-manager")
		cards := func(s *plan.Spec) {
			s.Product, s.Owner = "cards", string(authtest.Me(t, otto))
			s.Services = []plan.ItemSpec{{Service: "cards-core", Version: "1.0.0"}}
		}
		state := func(r plan.Release, service string, hours int64) {
			t.Helper()
			_, err := w.Impacts.Set(w.Admin, r.Key, service, spec(hours))
			must(t, err)
		}
		soon := in(t, w, "payments-soon", 3*day)
		state(soon, "ledger", 48)
		state(in(t, w, "payments-late", day), "ledger", 48)
		state(in(t, w, "payments-someday", 0), "ledger", 48)
		state(in(t, w, "payments-sometime", 0), "ledger", 48)
		state(in(t, w, "payments-quiet", 2*day), "ledger", 0)
		state(in(t, w, "cards-1", 10*day, cards), "cards-core", 72)
		told := in(t, w, "payments-told", 5*day)
		state(told, "ledger", 24)
		_, err := w.Impacts.Tell(w.Admin, told.Key, "ledger", 1, 0)
		must(t, err)
		gone := in(t, w, "payments-gone", 4*day)
		state(gone, "ledger", 24)
		_, err = w.Plans.Cancel(w.Admin, gone.Key, "Not needed")
		must(t, err)

		keys := func(rows []impact.Listed) string {
			var out []string
			for _, x := range rows {
				out = append(out, x.ReleaseKey)
			}
			return strings.Join(out, " ")
		}
		for _, c := range []struct {
			name string
			as   string
			f    impact.Filter
			want string
		}{
			{"owed", "", impact.Filter{Show: impact.ShowOwed}, "payments-late payments-soon cards-1 payments-someday payments-sometime"},
			{"owed within two days", "", impact.Filter{Show: impact.ShowOwed, DueBefore: now.Add(2 * day)}, "payments-late payments-soon"},
			{"told", "", impact.Filter{Show: impact.ShowTold}, "payments-told"},
			{"all", "", impact.Filter{}, "payments-late payments-soon payments-quiet payments-told cards-1 payments-someday payments-sometime"},
			{"mine", "otto", impact.Filter{Mine: true}, "cards-1"},
			{"of one product", "carl", impact.Filter{}, "cards-1"},
		} {
			ctx := w.Admin
			switch c.as {
			case "otto":
				ctx = otto
			case "carl":
				ctx = authtest.Person(t, d, "carl", "viewer@product/"+string(w.Cards.ID))
			}
			rows, err := w.Impacts.List(ctx, c.f)
			must(t, err)
			if got := keys(rows); got != c.want {
				t.Errorf("%s: %s, want %s", c.name, got, c.want)
			}
		}
		rows, err := w.Impacts.List(w.Admin, impact.Filter{})
		must(t, err)
		if x := rows[0]; x.Notice != impact.NoticeOverdue || x.Overdue(now) != day || x.ReleaseName == "" || x.ServiceName != "Ledger" {
			t.Errorf("%+v", x)
		}
		var paged []impact.Listed
		f := impact.Filter{Limit: 3}
		for range 5 {
			page, err := w.Impacts.List(w.Admin, f)
			must(t, err)
			if len(page) == 0 {
				break
			}
			last := page[len(page)-1]
			f.AfterRelease, f.AfterService = last.Release, last.Service
			must(t, f.AfterAt.UnmarshalText([]byte(last.DueAt.String()))) // as addresses and cursors have it
			paged = append(paged, page...)
		}
		if keys(paged) != keys(rows) {
			t.Errorf("by pages: %s", keys(paged))
		}
		if _, err := w.Impacts.List(w.Admin, impact.Filter{Show: "some"}); !errs.Is(err, errs.CodeInvalid) {
			t.Errorf("a filter that is not known: %v", err)
		}
	})
}

// TestMoved finds who was told a time that is not the release's any more, in the list and of the release, until they are told again.
func TestMoved(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := calendartest.NewWhole(t, d)
		day := 24 * time.Hour
		tick := func() { d.Clock().(*clock.Fake).Advance(time.Hour) }
		put := func(r plan.Release, start db.Time, length time.Duration) {
			t.Helper()
			tick()
			_, err := w.Plans.Set(w.Admin, r.Key, 0, plan.Edit{Window: &plan.Window{Start: start, End: start.Add(length)}, Reason: "Less harm"})
			must(t, err)
		}
		told := map[string]plan.Release{}
		for _, key := range []string{"moved", "longer", "back", "untold"} {
			r := in(t, w, "payments-"+key, 5*day)
			told[key] = r
			i, err := w.Impacts.Set(w.Admin, r.Key, "ledger", spec(24))
			must(t, err)
			if key != "untold" {
				_, err = w.Impacts.Tell(w.Admin, r.Key, "ledger", i.Rev, 0)
				must(t, err)
			}
		}
		none := in(t, w, "payments-none", 0)
		i, err := w.Impacts.Set(w.Admin, none.Key, "ledger", spec(24))
		must(t, err)
		_, err = w.Impacts.Tell(w.Admin, none.Key, "ledger", i.Rev, 0)
		must(t, err)
		start := told["moved"].Window.Start
		put(told["moved"], start.Add(day), 2*time.Hour)
		moved := db.At(d.Clock().Now())
		put(told["longer"], start, 3*time.Hour)
		put(told["back"], start.Add(day), 2*time.Hour)
		put(told["back"], start, 2*time.Hour)
		put(told["untold"], start.Add(day), 2*time.Hour)
		put(none, start, 2*time.Hour)

		rows, err := w.Impacts.List(w.Admin, impact.Filter{})
		must(t, err)
		for _, x := range rows {
			want := impact.NoticeTold
			switch x.ReleaseKey {
			case "payments-moved":
				want = impact.NoticeMoved
			case "payments-untold":
				want = impact.NoticeOwed
			}
			of, err := w.Impacts.Of(w.Admin, x.ReleaseKey)
			must(t, err)
			if x.Notice != want || of[0].Notice != want || x.MovedAt != of[0].MovedAt || (x.MovedAt == moved) != (want == impact.NoticeMoved) {
				t.Errorf("%s: %s and %s, moved %s, want %s", x.ReleaseKey, x.Notice, of[0].Notice, x.MovedAt, want)
			}
		}
		owed, err := w.Impacts.List(w.Admin, impact.Filter{Show: impact.ShowOwed})
		must(t, err)
		if len(rows) != 5 || len(owed) != 2 || owed[0].ReleaseKey != "payments-moved" && owed[1].ReleaseKey != "payments-moved" {
			t.Errorf("%d impacts, owed %+v", len(rows), owed)
		}
		tick()
		again, err := w.Impacts.Tell(w.Admin, "payments-moved", "ledger", 2, 0)
		if err != nil || again.Notice != impact.NoticeTold || !again.MovedAt.IsZero() {
			t.Errorf("told again: %+v %v", again, err)
		}
	})
}

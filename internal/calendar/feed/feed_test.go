package feed_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/calendar/calendartest"
	"slipway/internal/calendar/feed"
	"slipway/internal/calendar/ical"
	"slipway/internal/catalog"
	"slipway/internal/clock"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/account"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger"
	"slipway/internal/platform/ledger/ledgertest"
)

const base = "https://slipway.example.com"

type world struct {
	calendartest.World
	accounts *account.Service
	feeds    *feed.Feeds
	ledger   *ledger.Ledger
	clock    *clock.Fake
}

func open(t testing.TB, d *db.DB, o feed.Options) world {
	t.Helper()
	l := ledgertest.Open(t, d)
	s := authtest.Service(t, d, catalog.Permissions, plan.Permissions, calendar.Permissions, feed.Permissions)
	w := world{World: calendartest.New(t, d), accounts: s, ledger: l, clock: d.Clock().(*clock.Fake)}
	o.Rights = s.Rights
	w.feeds = feed.New(d, w.Calendar, o)
	return w
}

// get reads a feed as a calendar program would.
func (w world) get(t testing.TB, m feed.Made, has string) (feed.Answer, *ical.Document) {
	t.Helper()
	a, err := w.feeds.Serve(t.Context(), strings.TrimPrefix(m.Path, feed.Path), base, has)
	if err != nil {
		t.Fatal(err)
	}
	if a.Text == nil {
		return a, nil
	}
	d, err := ical.Read(a.Text)
	if err != nil || len(d.Notes) > 0 {
		t.Fatalf("%v %+v\n%s", err, d, a.Text)
	}
	return a, d
}

func find(d *ical.Document, prefix string) (found []ical.Event) {
	for _, e := range d.Events {
		if strings.HasPrefix(e.UID, prefix) {
			found = append(found, e)
		}
	}
	return found
}

type oneTask struct{ owner id.Person }

func (o *oneTask) TasksDue(tx *db.Tx, owner id.Person, _ db.Time, _ int) ([]feed.Task, error) {
	if owner != o.owner {
		return nil, nil
	}
	return []feed.Task{{ID: "t1", Name: "Write notes", ReleaseKey: "payments-1", Due: tx.Now.Add(time.Hour), Rev: 2, Changed: tx.Now, At: tx.Now}}, nil
}

func TestFeedShowsWhatItsPersonSees(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tasks := &oneTask{}
		w := open(t, d, feed.Options{Tasks: tasks})
		r, err := w.Plans.Create(w.Admin, plantest.Spec("payments-1"))
		if err != nil {
			t.Fatal(err)
		}
		maya := authtest.Person(t, d, "maya", auth.RoleReleaseManager)
		cards := authtest.Person(t, d, "cards", auth.RoleViewer+"@product/"+string(w.Cards.ID))
		tasks.owner = authtest.Me(t, maya)
		freeze := calendartest.Freeze(t, w.Calendar, maya, "Peak trading", "2026-11-24T22:00", "2026-11-25T04:00", calendartest.Weekly("TU"), calendartest.For("ledger"))
		made := func(ctx context.Context, k feed.Kind, of string) feed.Made {
			t.Helper()
			m, err := w.feeds.Make(ctx, feed.Spec{Kind: k, Of: of})
			if err != nil {
				t.Fatal(err)
			}
			return m
		}
		all, theirs, mine := made(maya, feed.Everything, ""), made(cards, feed.Everything, ""), made(maya, feed.Mine, "")
		product, env := made(maya, feed.Product, "payments"), made(maya, feed.Environment, "prod-north")
		for name, c := range map[string]struct {
			m                        feed.Made
			releases, freezes, tasks int
		}{
			"everything": {all, 1, 1, 0}, "of cards": {theirs, 0, 0, 0}, "mine": {mine, 0, 1, 1}, "product": {product, 1, 1, 0}, "environment": {env, 1, 1, 0},
		} {
			_, doc := w.get(t, c.m, "")
			if a, b, n := len(find(doc, "release-")), len(find(doc, "freeze-")), len(find(doc, "task-")); a != c.releases || b != c.freezes || n != c.tasks {
				t.Errorf("%s: %d releases, %d freezes, %d tasks: %+v", name, a, b, n, doc.Events)
			}
		}
		_, doc := w.get(t, all, "")
		e := find(doc, "freeze-")[0]
		if e.UID != "freeze-"+string(freeze.ID)+"@slipway" || e.Rule != "FREQ=WEEKLY;BYDAY=TU" || e.Start.Zone != "Europe/Copenhagen" || e.Sequence != 0 ||
			e.URL != base+"/calendar/freezes/peak-trading" || e.Summary != "Freeze: Peak trading" || !e.Free {
			t.Errorf("%+v", e)
		}
		if e := find(doc, "release-")[0]; e.UID != "release-"+string(r.ID)+"@slipway" || e.Start.Zone != ical.UTC || !strings.Contains(e.URL, "/releases/payments-1") {
			t.Errorf("%+v", e)
		}

		spec := freeze.Spec()
		spec.Start, spec.End = "2026-11-24T20:00", "2026-11-25T02:00"
		if _, err := w.Calendar.Set(maya, calendar.Freeze, freeze.Key, freeze.Rev, spec); err != nil {
			t.Fatal(err)
		}
		_, doc = w.get(t, all, "")
		if n := find(doc, "freeze-")[0]; n.UID != e.UID || n.Sequence != 1 || n.Start.Wall.Hour() != 20 || !n.Stamp.Equal(w.clock.Now().Truncate(time.Second)) {
			t.Errorf("changed: %+v", n)
		}
		if _, err := w.Calendar.Withdraw(maya, calendar.Freeze, freeze.Key, 0, "Not needed"); err != nil {
			t.Fatal(err)
		}
		_, doc = w.get(t, all, "")
		if n := find(doc, "freeze-")[0]; n.UID != e.UID || n.Sequence != 2 || n.Status != ical.Cancelled {
			t.Errorf("withdrawn: %+v", n)
		}
		w.clock.Advance(31 * 24 * time.Hour)
		if _, doc = w.get(t, all, ""); len(find(doc, "freeze-")) != 0 {
			t.Error("what was withdrawn a month ago is no longer shown")
		}
	})
}

func TestClockChangesAreSpelledOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d, feed.Options{})
		f := calendartest.Freeze(t, w.Calendar, w.Admin, "Nights", "2026-11-21T22:00", "2026-11-22T04:00", func(s *calendar.Spec) { s.RRule = "FREQ=WEEKLY;BYDAY=SA;UNTIL=20281231" })
		m, err := w.feeds.Make(w.Admin, feed.Spec{Kind: feed.Everything})
		if err != nil {
			t.Fatal(err)
		}
		_, doc := w.get(t, m, "")
		rule, err := f.Rule()
		if err != nil {
			t.Fatal(err)
		}
		from, to := w.clock.Now(), w.clock.Now().AddDate(1, 11, 0)
		want, _ := rule.Occurrences(from, to, 1000)
		got, notes, err := doc.Occurrences(from, to, time.UTC)
		if err != nil || len(notes) > 0 || len(got) != len(want) {
			t.Fatalf("%d and %d, %v %v", len(got), len(want), notes, err)
		}
		replaced := 0
		for i := range want {
			if !got[i].Start.Equal(want[i].Start) || !got[i].End.Equal(want[i].End) {
				t.Errorf("%s–%s, want %s–%s", got[i].Start, got[i].End, want[i].Start, want[i].End)
			}
			if !got[i].Event.Recurrence.IsZero() {
				replaced++
			}
		}
		if replaced != 3 || !strings.Contains(doc.Events[0].Rule, "UNTIL=20281231T225959Z") {
			t.Errorf("%d nights are spelled out: %s", replaced, doc.Events[0].Rule)
		}
	})
}

// TestFeedLeavesOutWhatThePeriodLeavesOut: dates that a period leaves out or adds reach whoever subscribed.
func TestFeedLeavesOutWhatThePeriodLeavesOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d, feed.Options{})
		from, to := w.clock.Now(), w.clock.Now().AddDate(0, 2, 0)
		var want []time.Time
		for _, zone := range []string{"Europe/Berlin", "UTC"} {
			f := calendartest.Freeze(t, w.Calendar, w.Admin, "Nights of "+zone, "2026-11-21T22:00", "2026-11-22T04:00", func(s *calendar.Spec) {
				s.Zone, s.RRule = zone, "FREQ=WEEKLY;BYDAY=SA;BYHOUR=2,22"
				s.Start, s.End = "2026-11-21T02:00", "2026-11-21T04:00"
				s.ExDates, s.RDates = []string{"2026-11-28T22:00", "2026-12-12"}, []string{"2026-12-12T12:00", "2026-12-24T22:00"}
			})
			rule, err := f.Rule()
			if err != nil {
				t.Fatal(err)
			}
			list, _ := rule.Occurrences(from, to, 1000)
			for _, o := range list {
				want = append(want, o.Start)
			}
		}
		m, err := w.feeds.Make(w.Admin, feed.Spec{Kind: feed.Everything})
		if err != nil {
			t.Fatal(err)
		}
		_, doc := w.get(t, m, "EXDATE")
		got, notes, err := doc.Occurrences(from, to, time.UTC)
		if err != nil || len(notes) > 0 {
			t.Fatal(notes, err)
		}
		var starts []time.Time
		for _, o := range got {
			starts = append(starts, o.Start)
		}
		slices.SortFunc(starts, time.Time.Compare)
		slices.SortFunc(want, time.Time.Compare)
		if !slices.EqualFunc(starts, want, time.Time.Equal) || len(want) < 20 {
			t.Errorf("the feed has\n%v, want\n%v", starts, want)
		}
	})
}

func TestTokens(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d, feed.Options{URL: base + "/"})
		maya, jonas := authtest.Person(t, d, "maya", auth.RoleReleaseManager), authtest.Person(t, d, "jonas", auth.RoleViewer)
		m, err := w.feeds.Make(maya, feed.Spec{Kind: feed.Everything, Name: "Phone"})
		if err != nil || len(m.Path) != len(feed.Path)+52+4 || m.URL != base+m.Path || !strings.HasPrefix(m.Path, feed.Path+m.Shown[:4]) {
			t.Fatalf("%+v %v", m, err)
		}
		token := func(m feed.Made) string { return strings.TrimPrefix(m.Path, feed.Path) }
		serve := func(token string) error {
			_, err := w.feeds.Serve(t.Context(), token, base, "")
			return err
		}
		if err := serve(token(m)); err != nil {
			t.Fatal(err)
		}
		if l, err := w.feeds.List(maya, false); err != nil || len(l) != 1 || l[0].UsedAt.IsZero() || l[0].Name != "Phone" {
			t.Errorf("%+v %v", l, err)
		}
		for _, bad := range []string{"", ".ics", token(m)[:20], strings.ToUpper(token(m)), strings.TrimSuffix(token(m), ".ics"), strings.Repeat("a", 52) + ".ics", strings.Repeat("é", 26) + ".ics"} {
			if err := serve(bad); errs.ReasonOf(err) != "feed.not_found" {
				t.Errorf("%q: %v", bad, err)
			}
		}
		if _, err := w.feeds.Rotate(jonas, m.ID); errs.ReasonOf(err) != "feed.not_found" {
			t.Errorf("another's: %v", err)
		}
		if _, err := w.feeds.List(jonas, true); !errs.Is(err, errs.CodeForbidden) {
			t.Errorf("everybody's: %v", err)
		}
		if _, err := w.feeds.Revoke(jonas, m.ID); errs.ReasonOf(err) != "feed.not_found" {
			t.Errorf("another's: %v", err)
		}
		next, err := w.feeds.Rotate(maya, m.ID)
		if err != nil || next.Path == m.Path {
			t.Fatal(err)
		}
		if err := serve(token(m)); errs.ReasonOf(err) != "feed.not_found" {
			t.Errorf("the old address: %v", err)
		}
		if err := serve(token(next)); err != nil {
			t.Error(err)
		}
		other, err := w.feeds.Make(jonas, feed.Spec{Kind: feed.Mine})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.accounts.Deactivate(w.Admin, "jonas"); err != nil {
			t.Fatal(err)
		}
		if err := serve(token(other)); errs.ReasonOf(err) != "feed.not_found" {
			t.Errorf("a person who is not active: %v", err)
		}
		if l, err := w.feeds.List(w.Admin, true); err != nil || len(l) != 2 {
			t.Errorf("%+v %v", l, err)
		}
		if _, err := w.feeds.Revoke(w.Admin, next.ID); err != nil {
			t.Fatal(err)
		}
		if err := serve(token(next)); errs.ReasonOf(err) != "feed.not_found" {
			t.Errorf("revoked: %v", err)
		}
		if _, err := w.feeds.Rotate(maya, next.ID); errs.ReasonOf(err) != "feed.revoked" {
			t.Errorf("revoked: %v", err)
		}
		var actions []string
		for _, a := range ledgertest.Actions(t, w.ledger) {
			if strings.HasPrefix(a, "feed.") {
				actions = append(actions, a)
			}
		}
		if got := strings.Join(actions, " "); got != "feed.made feed.rotated feed.made feed.revoked" {
			t.Error(got)
		}
		for _, in := range []feed.Spec{{}, {Kind: "moon"}, {Kind: feed.Product, Of: "moon"}, {Kind: feed.Environment}, {Kind: feed.Mine, Of: "payments"}, {Kind: feed.Mine, Name: strings.Repeat("x", 201)}} {
			if _, err := w.feeds.Make(maya, in); !errs.Is(err, errs.CodeInvalid) {
				t.Errorf("%+v: %v", in, err)
			}
		}
	})
}

func TestTagsHoldUntilSomethingChanges(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d, feed.Options{})
		calendartest.Freeze(t, w.Calendar, w.Admin, "Peak", "2026-11-24T22:00", "2026-11-25T04:00")
		m, err := w.feeds.Make(w.Admin, feed.Spec{Kind: feed.Everything})
		if err != nil {
			t.Fatal(err)
		}
		ledgertest.Records(t, w.ledger) // every entry has its number
		a, _ := w.get(t, m, "")
		for _, has := range []string{a.ETag, "W/" + a.ETag, `"x", ` + a.ETag, "*"} {
			if b, _ := w.get(t, m, has); b.Text != nil || b.ETag != a.ETag {
				t.Errorf("%s: %+v", has, b.ETag)
			}
		}
		// Something else changed: the text is the same, so the tag holds.
		if _, err := w.feeds.Make(w.Admin, feed.Spec{Kind: feed.Mine}); err != nil {
			t.Fatal(err)
		}
		ledgertest.Records(t, w.ledger)
		if b, _ := w.get(t, m, a.ETag); b.Text != nil {
			t.Error("drawn again, but the same")
		}
		calendartest.Freeze(t, w.Calendar, w.Admin, "Second", "2026-11-26T22:00", "2026-11-27T04:00")
		ledgertest.Records(t, w.ledger)
		if b, _ := w.get(t, m, a.ETag); b.Text == nil || b.ETag == a.ETag {
			t.Error("a change gives another tag")
		}
	})
}

func BenchmarkFeed(b *testing.B) {
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		d := dbtest.Open(b, e)
		w := open(b, d, feed.Options{})
		for i := range 10_000 {
			day := time.Date(2026, 11, 20, 22, 0, 0, 0, time.UTC).Add(time.Duration(i) * 6 * time.Hour)
			calendartest.Freeze(b, w.Calendar, w.Admin, fmt.Sprintf("Night %d", i), day.Format("2006-01-02T15:04"), day.Add(3*time.Hour).Format("2006-01-02T15:04"))
		}
		m, err := w.feeds.Make(w.Admin, feed.Spec{Kind: feed.Everything})
		if err != nil {
			b.Fatal(err)
		}
		token := strings.TrimPrefix(m.Path, feed.Path)
		var a feed.Answer
		b.Run(string(e)+"/drawn, at most 500 ms", func(b *testing.B) {
			for b.Loop() {
				if a, err = w.feeds.Serve(b.Context(), token, base, ""); err != nil {
					b.Fatal(err)
				}
			}
			b.SetBytes(int64(len(a.Text)))
		})
		b.Run(string(e)+"/bare write of the same bytes", func(b *testing.B) {
			doc, err := ical.Read(a.Text)
			if err != nil || len(doc.Events) < 10_000 {
				b.Fatal(err, len(doc.Events))
			}
			for b.Loop() {
				if _, err := doc.Text(); err != nil {
					b.Fatal(err)
				}
			}
			b.SetBytes(int64(len(a.Text)))
		})
		b.Run(string(e)+"/tag, at most 5 ms", func(b *testing.B) {
			for b.Loop() {
				if x, err := w.feeds.Serve(b.Context(), token, base, a.ETag); err != nil || x.Text != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

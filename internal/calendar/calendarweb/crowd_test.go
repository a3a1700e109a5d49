package calendarweb_test

import (
	"fmt"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"slipway/internal/calendar/booked"
	"slipway/internal/calendar/booking"
	"slipway/internal/calendar/calendartest"
	"slipway/internal/calendar/calendarweb"
	"slipway/internal/catalog"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ui/uitest"
)

// booked books an environment n times, one booking every so often from an instant on.
func (p *pages) booked(d *db.DB, e catalog.Environment, from time.Time, every time.Duration, n int) {
	p.t.Helper()
	err := d.Write(auth.WithSystem(p.t.Context()), func(tx *db.Tx) error {
		for i := range n {
			at := db.At(from.Add(time.Duration(i) * every))
			b := booked.Booking{ID: id.New[booked.ID](), Key: fmt.Sprintf("%s-%d-%d", e.Key, from.Unix(), i), Kind: booked.Environment, Thing: string(e.ID), ThingKey: e.Key, ThingName: e.Name, Units: 1,
				Purpose: fmt.Sprintf("Drill %d", i), From: at, To: at.Add(time.Hour), State: booked.Confirmed, StateAt: tx.Now, Rev: 1, CreatedAt: tx.Now, ChangedAt: tx.Now}
			if _, err := booked.Insert(tx, b); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *pages) environment(key string) catalog.Environment {
	p.t.Helper()
	e, err := p.Catalog.AddEnvironment(p.Admin, catalog.EnvironmentSpec{Key: key, Name: "The " + key, Tier: "test", Default: "open"})
	if err != nil {
		p.t.Fatal(err)
	}
	return e
}

func stockholm(t testing.TB, text string) time.Time {
	t.Helper()
	z, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02T15:04", text, z)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// A month with more bookings than are read draws what fits into each day; the rest is counted and leads to the agenda of the day.
func TestCrowdedMonth(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		p.seed()
		p.booked(d, p.environment("busy"), stockholm(t, "2026-11-05T00:00"), 30*time.Minute, 48*20) // 48 a day, on 20 days
		m := p.see("/calendar")
		for date, want := range map[string][2]int{
			"2026-11-04": {1, 0},      // a release alone
			"2026-11-05": {3, 48 - 3}, // bookings alone
			"2026-11-10": {3, 48 - 2}, // a release and two bookings
			"2026-11-19": {3, 48},     // three releases
			"2026-11-24": {3, 48 - 3},
			"2026-11-25": {0, 0},
		} {
			square := `.month [data-day="` + date + `"] `
			drawn, more := m.Count(square+".ev"), 0
			if m.Count(square+".daymore") > 0 {
				n, err := strconv.Atoi(strings.Fields(text(m, square+".daymore"))[0])
				if err != nil {
					t.Fatal(err)
				}
				more = n
			}
			if drawn != want[0] || more != want[1] {
				t.Errorf("%s: %d drawn and %d more, want %v", date, drawn, more, want)
			}
		}
		if n := m.Count("#agenda li"); n != 100 {
			t.Errorf("the list has %d entries", n)
		}
		to := m.One(`.month [data-day="2026-11-05"] .daymore`).Attr("href")
		if a := p.see(to); a.Count(`#agenda [id="2026-11-05"]`) != 1 || a.Count("#agenda li") != 100 {
			t.Errorf("%s does not begin with the day", to)
		}
	})
}

// A row with more than it draws says how much begins in each week, so that nothing is left out; a row with little draws each.
func TestCrowdedRows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		p.seed()
		p.booked(d, p.environment("busy"), stockholm(t, "2026-11-16T00:00"), 3*time.Hour, 400)
		p.booked(d, p.environment("calm"), stockholm(t, "2026-11-20T00:00"), 24*time.Hour, 5)
		m := p.see("/calendar?view=timeline&by=environment&at=2026-11-16&weeks=13")
		sum := 0
		for _, s := range m.Texts(`.tl a.pile.booked[title^="The busy"]`) {
			f := strings.Fields(s)
			n, err := strconv.Atoi(f[len(f)-1])
			if err != nil {
				t.Fatal(err)
			}
			sum += n
		}
		if sum != 400 {
			t.Errorf("the piles hold %d of 400 bookings", sum)
		}
		if n := m.Count(`.tl a[href*="/calendar/bookings/calm-"]`); n != 5 {
			t.Errorf("%d of five bookings are drawn", n)
		}
		first := m.All(`.tl a.pile.booked[title^="The busy"]`)[0].Attr("href")
		if n := p.see(first).Count("#agenda li"); n != 100 || !strings.Contains(first, "environment=busy") {
			t.Errorf("%s leads to %d bookings", first, n)
		}
	})
}

// The number of statements behind a view depends on the view, and not on how much there is to see.
func TestStatementsDoNotGrow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		p.seed()
		start := stockholm(t, "2026-11-16T00:00")
		for i := range 2 {
			p.booked(d, p.environment(fmt.Sprintf("few-%d", i)), start, 24*time.Hour, 3)
		}
		p.booked(d, p.environment("busy"), start, 20*time.Minute, 1200)
		views := []string{"", "?view=week", "?view=quarter", "?view=agenda", "?view=timeline", "?view=timeline&by=environment", "?view=timeline&by=environment&weeks=13"}
		count := func() map[string]int {
			out := map[string]int{}
			for _, q := range views {
				n, err := calendarweb.Statements(p.who["maya"], p.web, "/calendar"+q)
				if err != nil {
					t.Fatal(q, err)
				}
				out[q] = n
			}
			return out
		}
		few := count()
		for i := range 20 {
			e := p.environment(fmt.Sprintf("many-%d", i))
			p.booked(d, e, start, 6*time.Hour, 30+10*(i%5))
			calendartest.Freeze(t, p.Calendar, p.who["maya"], fmt.Sprintf("Freeze %d", i), "2026-11-18T18:00", "2026-11-18T20:00", calendartest.In(e.Key))
		}
		for q, n := range count() {
			t.Logf("%s: %d statements", q, n)
			if n > few[q] {
				t.Errorf("%s: %d statements for a few environments, %d for many", q, few[q], n)
			}
		}
	})
}

// The week has hours: what happens stands at its time, in the zone of who looks, and what lasts for days above.
func TestWeekByTheHour(t *testing.T) {
	p := open(t, dbtest.Open(t, db.SQLite))
	p.seed()
	m := p.see("/calendar?view=week&at=2026-11-19")
	for selector, n := range map[string]int{
		".hours .hcol": 7, ".hgut span": 24, ".hstrip li": 0, ".hnow": 1, ".hcol.today": 1, `[data-day="2026-11-19"] .hevs .ev`: 3, `[data-day="2026-11-19"] .ev.clash`: 2,
		`[data-day="2026-11-17"] .hband.win`: 1, `[data-day="2026-11-18"] .hband.win`: 1,
	} {
		if got := m.Count(selector); got != n {
			t.Errorf("%s: %d, want %d", selector, got, n)
		}
	}
	for key, at := range map[string]string{"payments-26.11.0": "--y:87.5;--h:10.416;--x:0;--w:100;", "ledger-26.11.2": "--y:89.583;--h:3.125;--x:15;--w:85;"} { // 21:00 to 23:30, and upon it half an hour later
		if s := m.One(`[data-day="2026-11-19"] .ev[href="/releases/` + key + `"]`).Attr("style"); s != at {
			t.Errorf("%s stands at %s", key, s)
		}
	}
	m.Says(`[data-day="2026-11-19"] .hevs`, "21:00")
	if got := p.see("/calendar?view=week&at=2026-11-23"); got.Count(".hstrip .frz") != 1 || got.Count(".hfrz") != 7 {
		t.Errorf("a freeze of a week: %d above, %d days", got.Count(".hstrip .frz"), got.Count(".hfrz"))
	}
	if got := p.see("/calendar?view=week&at=2026-11-23&freezes=hide"); got.Count(".frz")+got.Count(".hfrz") != 0 {
		t.Error("freezes are hidden")
	}
	back := p.see("/calendar?view=week&at=2026-10-25")
	back.Says(`.hcol[aria-label="Sunday 25 October"] h2`, "25 hours")
	if n := back.Count(".hgut span"); n != 25 || back.Count(".hgap") != 6 || back.One(".hours").Attr("data-drag-hours") != "1500" || back.One(".hours").Attr("data-again") != "180 60" {
		t.Errorf("%d hours, %d days without one", n, back.Count(".hgap"))
	}
	if forward := p.see("/calendar?view=week&at=2026-03-29"); forward.Count(".hgap") != 1 || forward.Count(".hgut span") != 24 {
		t.Errorf("put forward: %d gaps", forward.Count(".hgap"))
	}
}

// A week with more bookings than are read says how many begin in each hour.
func TestCrowdedWeek(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	p := open(t, d)
	p.seed()
	for i := range 6 {
		p.booked(d, p.environment(fmt.Sprintf("busy-%d", i)), stockholm(t, "2026-11-16T00:00"), time.Hour, 100)
	}
	m := p.see("/calendar?view=week")
	if s := text(m, `[data-day="2026-11-16"] .hevs .ev`); !strings.Contains(s, "6 bookings") {
		t.Errorf("%.80s", s)
	}
	if n := m.Count(`[data-day="2026-11-16"] .hevs .ev`); n != 24 {
		t.Errorf("%d hours of the first day", n)
	}
	to := ""
	for _, a := range m.All(`[data-day="2026-11-16"] .hevs .ev`) {
		if strings.Contains(a.Text(), "09:00") {
			to = a.Attr("href")
		}
	}
	if s := text(p.see(to), "#agenda li"); strings.Contains(s, "08:00 to 09:00") || !strings.Contains(s, "09:00 to 10:00") {
		t.Errorf("%s leads to %.200s", to, s)
	}
}

// TestDragInTheWeek drops a release on another day and hour of a week: the form that moves it opens with that time in it.
func TestDragInTheWeek(t *testing.T) {
	tab := uitest.Browser(t)
	p := open(t, dbtest.Open(t, db.SQLite))
	p.seed()
	s := httptest.NewServer(p.handler)
	t.Cleanup(s.Close)
	at := db.At(stockholm(t, "2027-10-29T09:00"))
	b, err := p.Bookings.Request(p.who["maya"], booking.Spec{Environment: "pre-prod", Purpose: "Drill", From: at, To: at.Add(2 * time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	for view, c := range map[string]struct {
		week, href string
		share      float64 // of the height of the day
		day, want  string
	}{
		"as usual": {"2026-11-19", "/releases/ledger-26.11.2", 8. / 24, "2026-11-20", "/releases/ledger-26.11.2/move?start=2026-11-20T08:00"},
		"put back": {"2027-10-29", "/calendar/bookings/" + b.Key, 9. / 25, "2027-10-31", "/calendar/bookings/" + b.Key + "/move?from=2027-10-31T08:00"},
	} {
		uitest.Open(t, tab, s.URL+"/calendar?view=week&at="+c.week, uitest.Looks[0])
		ok, err := chromedp.Run(tab, chromedp.Evaluate[bool](fmt.Sprintf(`(() => {
			const from = document.querySelector('.hevs .ev[href="%s"]'), to = document.querySelector('[data-day="%s"]');
			const data = new DataTransfer(), s = from.getBoundingClientRect(), r = to.getBoundingClientRect();
			const send = (el, type, x, y) => el.dispatchEvent(new DragEvent(type, {bubbles: true, cancelable: true, dataTransfer: data, clientX: x, clientY: y}));
			const y = r.top + r.height * %f + 5;
			return send(from, "dragstart", s.left + 3, s.top + 5) && !send(to, "dragover", r.left + 20, y) && !send(to, "drop", r.left + 20, y);
		})()`, c.href, c.day, c.share)))
		if err != nil || !ok {
			t.Fatalf("%s: drag: %v %v", view, ok, err)
		}
		uitest.Until(t, tab, "the page that moves it is asked for, "+view, fmt.Sprintf("location.pathname + decodeURIComponent(location.search) === %q", c.want))
	}
}

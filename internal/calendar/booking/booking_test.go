package booking_test

import (
	"strings"
	"testing"
	"time"

	"slipway/internal/calendar/booked"
	"slipway/internal/calendar/booking"
	"slipway/internal/calendar/calendartest"
	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

var now = db.At(dbtest.Start)

func at(hours int) db.Time { return now.Add(time.Duration(hours) * time.Hour) }

func TestLife(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := calendartest.NewWhole(t, d)
		cleo := authtest.Person(t, d, "cleo", "contributor")
		olga := authtest.Person(t, d, "olga", "contributor") // owns pre-prod, and may approve nothing else
		e, err := w.Catalog.AddEnvironment(w.Admin, catalog.EnvironmentSpec{Key: "test", Name: "Test", Tier: "test", Owner: string(authtest.Me(t, olga))})
		must(t, err)
		b, err := w.Bookings.Request(cleo, booking.Spec{Environment: "test", Purpose: "Load test", From: at(10), To: at(20)})
		must(t, err)
		if b.State != booked.Requested || b.Thing != string(e.ID) || b.ByName == "" || b.Key == "" {
			t.Errorf("asked for: %+v", b.Booking)
		}
		if _, err := w.Bookings.Confirm(cleo, b.Key, 0); errs.ReasonOf(err) != "booking.not_owner" {
			t.Errorf("who asked confirms: %v", err)
		}
		if _, err := w.Bookings.Confirm(olga, b.Key, b.Rev+1); errs.ReasonOf(err) != "row.stale" {
			t.Errorf("another version: %v", err)
		}
		c, err := w.Bookings.Confirm(olga, b.Key, b.Rev)
		must(t, err)
		if c.State != booked.Confirmed || c.Rev != b.Rev+1 {
			t.Errorf("confirmed: %+v", c.Booking)
		}
		mine, err := w.Bookings.Request(olga, booking.Spec{Environment: "test", Purpose: "My own", From: at(20), To: at(22)})
		must(t, err)
		if mine.State != booked.Confirmed {
			t.Errorf("an owner needs nobody: %+v", mine.Booking)
		}
		_, err = w.Bookings.Request(cleo, booking.Spec{Environment: "test", Purpose: "Too late", From: at(19), To: at(21)})
		taken, ok := errs.As(err).Theirs.(booking.Taken)
		if errs.ReasonOf(err) != "calendar.booked" || !ok || taken.Booking.ID != b.ID || len(taken.Slots) == 0 || taken.Slots[0].Start < at(22) && taken.Slots[0].End > at(10) {
			t.Errorf("taken: %v %+v", err, taken)
		}
		if m, err := w.Bookings.Move(cleo, b.Key, 0, at(11), at(19), 0); err != nil || m.State != booked.Confirmed {
			t.Errorf("within the old time it stays confirmed: %+v %v", m.Booking, err)
		}
		if m, err := w.Bookings.Move(cleo, b.Key, 0, at(5), at(15), 0); err != nil || m.State != booked.Requested {
			t.Errorf("at another time it is asked for again: %+v %v", m.Booking, err)
		}
		if _, err := w.Bookings.Move(cleo, mine.Key, 0, at(30), at(31), 0); !errs.Is(err, errs.CodeForbidden) {
			t.Errorf("somebody else's: %v", err)
		}
		if m, err := w.Bookings.Decline(olga, b.Key, 0, "No room for load."); err != nil || m.State != booked.Declined || m.StateReason == "" {
			t.Errorf("declined: %+v %v", m.Booking, err)
		}
		if _, err := w.Bookings.Withdraw(cleo, b.Key, 0, "Over."); errs.ReasonOf(err) != "booking.ended" {
			t.Errorf("withdrawn after it was declined: %v", err)
		}
		if _, err := w.Bookings.Withdraw(olga, mine.Key, 0, ""); !errs.Is(err, errs.CodeInvalid) {
			t.Errorf("without a reason: %v", err)
		}
		if m, err := w.Bookings.Withdraw(olga, mine.Key, 0, "Not needed."); err != nil || m.State != booked.Withdrawn {
			t.Errorf("withdrawn: %+v %v", m.Booking, err)
		}
	})
}

// Bookings of a release that is cancelled or held are offered back: others may have the thing, or it is kept after all.
func TestOfferedBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := calendartest.NewWhole(t, d)
		_, err := w.Plans.Create(w.Admin, plantest.Spec("payments-1"))
		must(t, err)
		in := booking.Spec{Environment: "pre-prod", Release: "payments-1", From: at(10), To: at(20)}
		b, err := w.Bookings.Request(w.Admin, in)
		must(t, err)
		_, err = w.Plans.Hold(w.Admin, "payments-1", "The vendor slips.")
		must(t, err)
		got, err := w.Bookings.Get(w.Admin, b.Key)
		must(t, err)
		if got.State != booked.Offered || !strings.Contains(got.StateReason, "on hold") {
			t.Fatalf("held: %+v", got.Booking)
		}
		other, err := w.Bookings.Request(w.Admin, booking.Spec{Environment: "pre-prod", Purpose: "Instead", From: at(12), To: at(14)})
		must(t, err)
		if _, err := w.Bookings.Keep(w.Admin, b.Key, 0); errs.ReasonOf(err) != "calendar.booked" {
			t.Errorf("kept, though somebody has it: %v", err)
		}
		_, err = w.Bookings.Withdraw(w.Admin, other.Key, 0, "Not needed.")
		must(t, err)
		_, err = w.Plans.Resume(w.Admin, "payments-1")
		must(t, err)
		if m, err := w.Bookings.Keep(w.Admin, b.Key, 0); err != nil || m.State != booked.Confirmed {
			t.Errorf("kept: %+v %v", m.Booking, err)
		}
		_, err = w.Plans.Cancel(w.Admin, "payments-1", "Not needed.")
		must(t, err)
		if got, _ := w.Bookings.Get(w.Admin, b.Key); got.State != booked.Offered {
			t.Errorf("cancelled: %+v", got.Booking)
		}
	})
}

func TestRefusals(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	w := calendartest.NewWhole(t, d)
	good := booking.Spec{Environment: "pre-prod", Purpose: "Load", From: at(1), To: at(2)}
	for _, c := range []struct {
		name   string
		change func(*booking.Spec)
		field  string
	}{
		{"nothing", func(s *booking.Spec) { s.Environment = "" }, "environment"},
		{"two things", func(s *booking.Spec) { s.Item = "x" }, "environment"},
		{"an unknown environment", func(s *booking.Spec) { s.Environment = "moon" }, "environment"},
		{"an unknown person", func(s *booking.Spec) { s.Environment, s.Person = "", "ghost" }, "person"},
		{"an unknown window", func(s *booking.Spec) { s.Environment, s.Window = "", "never" }, "window"},
		{"an item without letters", func(s *booking.Spec) { s.Environment, s.Item = "", "!!!" }, "item"},
		{"no purpose", func(s *booking.Spec) { s.Purpose = "" }, "purpose"},
		{"no start", func(s *booking.Spec) { s.From = 0 }, "from"},
		{"ends before it starts", func(s *booking.Spec) { s.To = s.From }, "to"},
		{"is over", func(s *booking.Spec) { s.From, s.To = at(-3), at(-2) }, "to"},
		{"too long", func(s *booking.Spec) { s.To = at(93 * 24) }, "to"},
		{"more than there is", func(s *booking.Spec) { s.Units = 2 }, "units"},
		{"an unknown release", func(s *booking.Spec) { s.Release = "nope" }, "release"},
		{"a bad key", func(s *booking.Spec) { s.Key = "A b" }, "key"},
	} {
		s := good
		c.change(&s)
		_, err := w.Bookings.Request(w.Admin, s)
		if e := errs.As(err); e == nil || e.Code != errs.CodeInvalid || len(e.Fields) != 1 || e.Fields[0].Name != c.field {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	viewer := authtest.Person(t, d, "vera", "viewer")
	if _, err := w.Bookings.Request(viewer, good); !errs.Is(err, errs.CodeForbidden) {
		t.Errorf("a viewer asks: %v", err)
	}
	pay := authtest.Person(t, d, "petra", "contributor@product/"+string(w.Payments.ID))
	_, err := w.Plans.Create(w.Admin, plantest.Spec("payments-1"))
	must(t, err)
	b, err := w.Bookings.Request(pay, booking.Spec{Item: "Card terminal lab", Release: "payments-1", From: at(1), To: at(2)})
	must(t, err)
	cards := authtest.Person(t, d, "carl", "viewer@product/"+string(w.Cards.ID))
	if _, err := w.Bookings.Get(cards, b.Key); !errs.Is(err, errs.CodeNotFound) {
		t.Errorf("of another product: %v", err)
	}
	if bs, err := w.Bookings.List(cards, booking.Filter{}); err != nil || len(bs) != 0 {
		t.Errorf("listed for another product: %v %v", bs, err)
	}
}

func TestShared(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := calendartest.NewWhole(t, d)
		cleo := authtest.Person(t, d, "cleo", "contributor")
		if _, err := w.Bookings.SetRule(cleo, booked.Environment, "pre-prod", booking.RuleSpec{Capacity: 2}); !errs.Is(err, errs.CodeForbidden) {
			t.Errorf("somebody changes how it may be booked: %v", err)
		}
		r, err := w.Bookings.SetRule(w.Admin, booked.Environment, "pre-prod", booking.RuleSpec{Capacity: 2})
		must(t, err)
		if _, err := w.Bookings.SetRule(w.Admin, booked.Environment, "pre-prod", booking.RuleSpec{Capacity: 3}); errs.ReasonOf(err) != "row.stale" {
			t.Errorf("another version: %v", err)
		}
		for i := range 2 {
			b, err := w.Bookings.Request(cleo, booking.Spec{Environment: "pre-prod", Purpose: "One of two", From: at(1 + i), To: at(4)})
			if err != nil || b.State != booked.Confirmed || len(b.Conflicts) != 0 {
				t.Errorf("%d: %+v %v", i, b, err)
			}
		}
		if _, err := w.Bookings.Request(cleo, booking.Spec{Environment: "pre-prod", Purpose: "The third", From: at(3), To: at(5)}); errs.ReasonOf(err) != "calendar.booked" {
			t.Errorf("the third: %v", err)
		}
		if _, err := w.Bookings.Request(cleo, booking.Spec{Environment: "pre-prod", Purpose: "Before", From: at(1), To: at(2)}); err != nil {
			t.Errorf("while there is one only: %v", err)
		}
		_, err = w.Bookings.SetRule(w.Admin, booked.Environment, "pre-prod", booking.RuleSpec{Capacity: 1, Rev: r.Rev})
		must(t, err)
		bs, err := w.Bookings.List(w.Admin, booking.Filter{Kind: booked.Environment, Thing: "pre-prod"})
		must(t, err)
		m, err := w.Bookings.Get(w.Admin, bs[0].Key)
		must(t, err)
		if len(m.Conflicts) == 0 || m.Conflicts[0].Code != "calendar.booked_twice" || m.Conflicts[0].Severity != "serious" {
			t.Errorf("less of it than is confirmed: %+v", m.Conflicts)
		}
	})
}

func TestFiles(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		authtest.Service(t, d, append(calendartest.Permissions(), apply.Permissions)...)
		w := calendartest.NewWhole(t, d)
		kinds := append(w.Catalog.Kinds(), w.Bookings.Kinds()...)
		for _, k := range []string{"person", "team", "window", "release"} {
			kinds = append(kinds, apply.Kind{Name: k})
		}
		reg, err := apply.New(d, kinds...)
		must(t, err)
		doc := func(to string) string {
			return "kind: booking\nkey: load-test\nenvironment: pre-prod\npurpose: Load test\nfrom: 2026-11-23T08:00:00Z\nto: " + to + "\n"
		}
		for i, c := range []struct {
			to   string
			want apply.Outcome
		}{{"2026-11-23T10:00:00Z", apply.Created}, {"2026-11-23T10:00:00Z", apply.Unchanged}, {"2026-11-23T12:00:00Z", apply.Changed}} {
			cs, err := reg.Apply(w.Admin, []apply.File{{Name: "b.yaml", Text: doc(c.to)}}, false)
			must(t, err)
			if len(cs) != 1 || cs[0].Outcome != c.want {
				t.Errorf("pass %d: %+v", i, cs)
			}
		}
		out, err := reg.Export(w.Admin, "booking")
		if err != nil || len(out) != 1 {
			t.Errorf("export: %+v %v", out, err)
		}
	})
}

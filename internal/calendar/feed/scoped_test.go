package feed_test

import (
	"strings"
	"testing"
	"time"

	"slipway/internal/calendar/booking"
	"slipway/internal/calendar/calendartest"
	"slipway/internal/calendar/clash"
	"slipway/internal/calendar/feed"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

// A feed outlives the role of its person; then it shows nothing, also no booking that belongs to no product.
func TestAFeedShowsNothingToWhoReadsNoCalendar(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	authtest.Service(t, d, append(calendartest.Permissions(), feed.Permissions)...)
	w := open(t, d, feed.Options{})
	bookings := booking.New(d, clash.New(d, w.Calendar))
	nora := authtest.Person(t, d, "nora")
	until := db.At(w.clock.Now().Add(time.Hour))
	if err := d.Write(auth.WithSystem(t.Context()), func(tx *db.Tx) error {
		_, err := w.accounts.Give(tx, auth.Binding{Person: authtest.Me(t, nora), Grant: auth.Grant{Role: auth.RoleViewer, Until: until}})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	m, err := w.feeds.Make(nora, feed.Spec{Kind: feed.Everything})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bookings.Request(w.Admin, booking.Spec{Item: "Rig", Purpose: "Secret trial", From: until.Add(time.Hour), To: until.Add(2 * time.Hour)}); err != nil {
		t.Fatal(err)
	}
	if a, _ := w.get(t, m, ""); !strings.Contains(string(a.Text), "Secret trial") {
		t.Fatalf("a viewer does not see the booking: %s", a.Text)
	}
	w.clock.Advance(2 * time.Hour)
	if a, _ := w.get(t, m, ""); strings.Contains(string(a.Text), "Secret trial") {
		t.Errorf("who may read nothing any more still reads: %s", a.Text)
	}
}

// The feed of a product holds its bookings, however many others have before them.
func TestTheFeedOfAProductIsNotFilledByOthers(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	authtest.Service(t, d, append(calendartest.Permissions(), feed.Permissions)...)
	w := open(t, d, feed.Options{})
	bookings := booking.New(d, clash.New(d, w.Calendar))
	r, err := w.Plans.Create(w.Admin, plantest.Spec("payments-1"))
	if err != nil {
		t.Fatal(err)
	}
	now := db.At(dbtest.Start)
	first, err := bookings.Request(w.Admin, booking.Spec{Item: "Rig", Purpose: "Somebody else", From: now.Add(time.Hour), To: now.Add(2 * time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Write(w.Admin, func(tx *db.Tx) error {
		_, err := tx.Exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
			INSERT INTO booking (id, key, kind, thing, thing_key, thing_name, units, release, product, purpose, from_at, to_at, state, state_reason, state_at, state_by, requested_by, rev, created_at,
				created_by, changed_at, changed_by)
			SELECT 'x' || i, 'x-' || i, kind, 'x' || i, thing_key, thing_name, units, release, product, purpose, from_at, to_at, state, state_reason, state_at, state_by, requested_by, rev, created_at,
				created_by, changed_at, changed_by FROM booking, n WHERE key = $2`, feed.MaxEvent, first.Key)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := bookings.Request(w.Admin, booking.Spec{Key: "ours", Item: "Our rig", Release: r.Key, From: now.Add(3 * time.Hour), To: now.Add(4 * time.Hour)}); err != nil {
		t.Fatal(err)
	}
	m, err := w.feeds.Make(w.Admin, feed.Spec{Kind: feed.Product, Of: "payments"})
	if err != nil {
		t.Fatal(err)
	}
	if _, doc := w.get(t, m, ""); len(find(doc, "booking-")) != 1 {
		t.Errorf("the feed of payments holds %d bookings", len(find(doc, "booking-")))
	}
}

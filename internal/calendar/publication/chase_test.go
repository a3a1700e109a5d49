package publication_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"slipway/internal/calendar/calendartest"
	"slipway/internal/calendar/publication"
	"slipway/internal/clock"
	"slipway/internal/errs"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger"
	"slipway/internal/platform/ledger/ledgertest"
)

const day = 24 * time.Hour

func TestReadersAreChased(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		w := calendartest.NewWhole(t, d)
		now := d.Clock().(*clock.Fake)
		ruth, vera, walt := authtest.Person(t, d, "ruth", "release-manager"), authtest.Person(t, d, "vera", "viewer"), authtest.Person(t, d, "walt", "viewer")
		start := db.At(now.Now())
		in := publication.Spec{Name: "December", From: start.Add(10 * day), To: start.Add(60 * day), Readers: []string{"vera", "walt"}, ReadBy: start.Add(2 * day)}
		for name, at := range map[string]db.Time{"past": start.Add(-day), "far": start.Add(91 * day)} {
			x := in
			x.ReadBy = at
			if _, err := w.Versions.Publish(ruth, x); errs.CodeOf(err) != errs.CodeInvalid || errs.As(err).Fields[0].Name != "readBy" {
				t.Errorf("%s: %v", name, err)
			}
		}
		v, err := w.Versions.Publish(ruth, in)
		if err != nil || v.ReadBy != in.ReadBy {
			t.Fatalf("%+v %v", v, err)
		}
		x := in
		x.ReadBy = 0
		if y, err := w.Versions.Publish(ruth, x); err != nil || y.ReadBy != start.Add(publication.ReadTime) {
			t.Fatalf("a week unless stated: %+v %v", y, err)
		}
		chase := func(after time.Duration) {
			t.Helper()
			now.Advance(after)
			if err := w.Versions.Chase(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		chased := func() (out []chasedEntry) { return entriesOf(t, l, v.Number) }
		chase(day)
		if got := chased(); len(got) != 0 {
			t.Fatalf("before its day: %+v", got)
		}
		if _, err := w.Versions.Acknowledge(vera, v.Number); err != nil {
			t.Fatal(err)
		}
		chase(day + time.Minute)
		if got := chased(); len(got) != 1 || got[0].Missing != 1 || len(got[0].Told) != 1 || got[0].Round != 1 {
			t.Fatalf("on its day: %+v", got)
		}
		chase(time.Hour)
		if got := chased(); len(got) != 1 {
			t.Fatalf("an hour later: %+v", got)
		}
		for range 9 {
			chase(publication.ChaseAgain)
		}
		if got := chased(); len(got) != publication.ChaseMost || got[4].Round != 5 {
			t.Errorf("every three days, five times: %+v", got)
		}
		whole, err := w.Versions.Get(walt, v.Number)
		if err != nil || whole.Chases != publication.ChaseMost || whole.ChasedAt.IsZero() || !whole.Who[0].Late || whole.Who[0].Key != "walt" || whole.Who[1].Late {
			t.Errorf("%+v %v", whole.Version, whole.Who)
		}
		unread(t, d, walt, 2)
		unread(t, d, vera, 1)
		if _, err := w.Versions.Acknowledge(walt, v.Number); err != nil {
			t.Fatal(err)
		}
		unread(t, d, walt, 1)
	})
}

func TestNobodyIsChasedForWhatIsOver(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		w := calendartest.NewWhole(t, d)
		now := d.Clock().(*clock.Fake)
		ruth := authtest.Person(t, d, "ruth", "release-manager")
		authtest.Person(t, d, "vera", "viewer")
		start := db.At(now.Now())
		v, err := w.Versions.Publish(ruth, publication.Spec{Name: "Tomorrow", From: start, To: start.Add(day), Readers: []string{"vera"}, ReadBy: start.Add(2 * day)})
		if err != nil {
			t.Fatal(err)
		}
		now.Advance(3 * day)
		if err := w.Versions.Chase(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := entriesOf(t, l, v.Number); len(got) != 0 {
			t.Errorf("%+v", got)
		}
	})
}

// Nothing waits for a reader who may not open it.
func TestNothingWaitsForWhoMaySeeNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := calendartest.NewWhole(t, d)
		ruth, nora, carl := authtest.Person(t, d, "ruth", "release-manager"), authtest.Person(t, d, "nora"), authtest.Person(t, d, "carl", "viewer@product/"+string(w.Cards.ID))
		start := db.At(d.Clock().Now())
		if _, err := w.Versions.Publish(ruth, publication.Spec{Name: "December", From: start, To: start.Add(60 * day), Readers: []string{"nora", "carl"}}); err != nil {
			t.Fatal(err)
		}
		unread(t, d, nora, 0)
		unread(t, d, carl, 1)
	})
}

type chasedEntry struct {
	Number, Round int64
	Missing       int
	Told          []string
}

func entriesOf(t *testing.T, l *ledger.Ledger, number int64) []chasedEntry {
	t.Helper()
	var out []chasedEntry
	for _, r := range ledgertest.Records(t, l) {
		var e chasedEntry
		if r.Action != publication.CalendarChased {
			continue
		}
		if err := json.Unmarshal(r.Payload, &e); err != nil {
			t.Fatal(err)
		}
		if e.Number == number {
			out = append(out, e)
		}
	}
	return out
}

func unread(t *testing.T, d *db.DB, who context.Context, want int) {
	t.Helper()
	if err := d.Read(who, func(tx *db.Tx) error {
		vs, err := publication.Unread(tx)
		if len(vs) != want {
			t.Errorf("%d are to be read, want %d", len(vs), want)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

package app_test

import (
	"strings"
	"testing"
	"time"

	"slipway/internal/calendar/publication"
	"slipway/internal/clock"
	"slipway/internal/home"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

// TestTheCalendarWaitsForItsReaders publishes the calendar and looks for it in mission control of who is to read it, before and after its day.
func TestTheCalendarWaitsForItsReaders(t *testing.T) {
	a, _ := open(t)
	admin := administrator(t, a)
	fill(t, a, admin)
	me, _ := auth.Viewer(admin)
	now := db.At(dbtest.Start)
	v, err := a.Versions.Publish(admin, publication.Spec{Name: "December", From: now, To: now.Add(30 * 24 * time.Hour), Readers: []string{string(me.Person)}, ReadBy: now.Add(time.Hour)})
	must(t, err)
	items := func() (out []home.Item) {
		must(t, a.DB.Read(admin, func(tx *db.Tx) error {
			all, err := a.Home.Attention(tx)
			for _, i := range all {
				if i.Kind == home.KindReading {
					out = append(out, i)
				}
			}
			return err
		}))
		return out
	}
	if got := items(); len(got) != 1 || got[0].Ref != "1" || !got[0].Mine || got[0].Weight != home.Waits || got[0].Title != "Read version 1 of the calendar" {
		t.Errorf("%+v", got)
	}
	a.DB.Clock().(*clock.Fake).Advance(25 * time.Hour)
	if got := items(); len(got) != 1 || got[0].Weight != home.Presses || !strings.Contains(got[0].Why, "should have been read") || got[0].Due != now.Add(time.Hour) {
		t.Errorf("late: %+v", got)
	}
	_, err = a.Versions.Acknowledge(admin, v.Number)
	must(t, err)
	if got := items(); len(got) != 0 {
		t.Errorf("read: %+v", got)
	}
}

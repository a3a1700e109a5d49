package clash_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"slipway/internal/calendar/calendartest"
	"slipway/internal/calendar/clash"
	"slipway/internal/calendar/impact"
	"slipway/internal/clock"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

// What users were told of one date stands for no other; what they were told before there was a date stands for every one.
func TestNoticeStandsForItsDate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := calendartest.NewWhole(t, d)
		calendartest.Window(t, w.Calendar, w.Admin, "Always", "2026-11-01T00:00", "2027-02-01T00:00")
		move := func(r plan.Release, start db.Time) {
			t.Helper()
			_, err := w.Plans.Set(w.Admin, r.Key, 0, plan.Edit{Window: &plan.Window{Start: start, End: start.Add(2 * time.Hour)}, Reason: "Other plans"})
			must(t, err)
		}
		short := func(r plan.Release) bool {
			t.Helper()
			return strings.Contains(codes(list(t, w, clash.Filter{Release: r.ID})), "notice_short")
		}
		starts := func(r plan.Release) (out []db.Time) {
			t.Helper()
			must(t, d.Read(w.Admin, func(tx *db.Tx) error {
				slots, err := w.Conflicts.FreeSlots(tx, clash.Want{Release: r.ID, N: 20})
				for _, s := range slots {
					out = append(out, s.Start)
				}
				return err
			}))
			return out
		}
		told := func(key string, window plan.Window) plan.Release {
			t.Helper()
			r := release(t, w, key, func(s *plan.Spec) {
				s.Window = &window
				if window.IsZero() {
					s.Window, s.Scope = nil, nil
				}
			})
			_, err := w.Impacts.Set(w.Admin, r.Key, "ledger", impact.Spec{Kind: impact.Downtime, Minutes: 30, NoticeHours: 48})
			must(t, err)
			_, err = w.Impacts.Tell(w.Admin, r.Key, "ledger", 1, 0)
			must(t, err)
			return r
		}
		known := now.Add(72 * time.Hour)
		r := told("payments-1", plan.Window{Start: known, End: known.Add(2 * time.Hour)})
		none := told("payments-2", plan.Window{})
		d.Clock().(*clock.Fake).Advance(26 * time.Hour) // in time for 72 hours from the start, and too late for 73
		present := db.At(d.Clock().Now())
		if short(r) {
			t.Error("users were told the time of it, in time")
		}
		if got := starts(r); !slices.Contains(got, known) || slices.ContainsFunc(got, func(s db.Time) bool { return s != known && s < present.Add(48*time.Hour) }) {
			t.Errorf("free are %v; users know %s", got, known)
		}
		move(r, known.Add(time.Hour))
		if !short(r) {
			t.Error("users were told another time")
		}
		move(r, known)
		if short(r) {
			t.Error("it is the time that they were told again")
		}
		move(r, present.Add(100*time.Hour))
		if short(r) {
			t.Error("there is time to tell them")
		}
		move(none, known.Add(3*time.Hour))
		if short(none) {
			t.Error("users were told before there was a date")
		}
		if got := starts(none); !slices.ContainsFunc(got, func(s db.Time) bool { return s < present.Add(48*time.Hour) }) {
			t.Errorf("free are %v", got)
		}
	})
}

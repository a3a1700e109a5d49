package app_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"slipway/internal/calendar/booking"
	"slipway/internal/calendar/clash"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/work/dependency"
	"slipway/internal/work/resource"
)

// TestOtherAreasFindConflicts looks for the conflicts that arise, and go, with writes outside of the calendar: days away, holidays
// and dependencies.
func TestOtherAreasFindConflicts(t *testing.T) {
	a, _ := open(t)
	admin := administrator(t, a)
	fill(t, a, admin)
	start := db.At(dbtest.Start.Truncate(24 * time.Hour).Add(6*24*time.Hour + 9*time.Hour))
	day := start.Std().Format(time.DateOnly)
	release := func(key string, start db.Time) plan.Release {
		r, err := a.Plans.Create(admin, plan.Spec{Key: key, Product: "payments", Version: key, Template: "standard", Services: []plan.ItemSpec{{Service: "ledger", Version: key}},
			Window: &plan.Window{Start: start, End: start.Add(time.Hour)}})
		must(t, err)
		return r
	}
	late := release("late", start.Add(48*time.Hour))
	early := release("early", start)
	texts := func(ctx context.Context, code string) string {
		cs, err := a.Conflicts.List(ctx, clash.Filter{From: start.Add(-24 * time.Hour), To: start.Add(96 * time.Hour), States: []clash.State{clash.Open}})
		must(t, err)
		var out []string
		for _, c := range cs {
			if c.Code == code {
				out = append(out, c.Text)
			}
		}
		return strings.Join(out, " ")
	}
	d, err := a.Dependencies.Add(admin, dependency.Spec{What: "schema", Giver: "release:" + late.Key, Taker: "release:" + early.Key})
	must(t, err)
	if got := texts(admin, clash.OutOfOrder); !strings.Contains(got, "schema") {
		t.Errorf("waits for what comes later: %q", got)
	}
	_, err = a.Dependencies.Withdraw(admin, d.Key, 0, "not needed")
	must(t, err)
	if got := texts(admin, clash.OutOfOrder); got != "" {
		t.Errorf("nothing waits any more: %q", got)
	}

	var me auth.Person
	must(t, a.DB.Read(admin, func(tx *db.Tx) (err error) { me, err = auth.PersonByID(tx, auth.Me(tx)); return err }))
	_, err = a.Bookings.Request(admin, booking.Spec{Person: me.Key, Purpose: "Review", From: start.Add(2 * time.Hour), To: start.Add(3 * time.Hour)})
	must(t, err)
	away, err := a.Resources.AskAbsence(admin, resource.NewAbsence{First: day})
	must(t, err)
	if got := texts(admin, clash.PersonAway); !strings.Contains(got, "“Review”") || !strings.Contains(got, early.Name) {
		t.Errorf("away: %q", got)
	}
	_, err = a.Resources.WithdrawAbsence(admin, away.ID)
	must(t, err)
	if got := texts(admin, clash.PersonAway); got != "" {
		t.Errorf("back again: %q", got)
	}
	_, err = a.Resources.SetHolidays(admin, "own", resource.NewHolidays{Name: "Own days", Days: []resource.Holiday{{Day: resource.Day(day), Name: "Founders' day"}},
		Followers: []resource.Follower{{Kind: resource.KindPerson, Subject: me.Key}}})
	must(t, err)
	if got := texts(admin, clash.PersonAway); strings.Count(got, "is away (Founders' day) while needed for") != 2 {
		t.Errorf("a holiday: %q", got)
	}
	must(t, a.Resources.RemoveHolidays(admin, "own"))
	if got := texts(admin, clash.PersonAway); got != "" {
		t.Errorf("no holiday: %q", got)
	}
}

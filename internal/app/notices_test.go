package app_test

import (
	"strings"
	"testing"
	"time"

	"slipway/internal/calendar/impact"
	"slipway/internal/clock"
	"slipway/internal/home"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

// TestNoticesReachTheOwner looks for a notice where the owner of a release looks: in mission control, once it is due within two days,
// and no more when users were told.
func TestNoticesReachTheOwner(t *testing.T) {
	a, _ := open(t)
	admin := administrator(t, a)
	fill(t, a, admin)
	start := db.At(dbtest.Start.Add(6 * 24 * time.Hour))
	r, err := a.Plans.Create(admin, plan.Spec{Key: "payments-27.1.0", Product: "payments", Version: "27.1.0", Template: "standard", Services: []plan.ItemSpec{{Service: "ledger", Version: "9.0.0"}},
		Window: &plan.Window{Start: start, End: start.Add(time.Hour)}})
	must(t, err)
	_, err = a.Impacts.Set(admin, r.Key, "ledger", impact.Spec{Kind: impact.Downtime, Minutes: 30, Users: "All branches.", NoticeHours: 72})
	must(t, err)
	items := func() (out []home.Item) {
		must(t, a.DB.Read(admin, func(tx *db.Tx) error {
			all, err := a.Home.Attention(tx)
			for _, i := range all {
				if i.Kind == home.KindNotice {
					out = append(out, i)
				}
			}
			return err
		}))
		return out
	}
	if got := items(); len(got) != 0 {
		t.Errorf("three days ahead: %+v", got)
	}
	a.DB.Clock().(*clock.Fake).Advance(30 * time.Hour)
	got := items()
	if len(got) != 1 || !got[0].Mine || got[0].Weight != home.Waits || got[0].Release != r.Key || got[0].Ref != "ledger" || got[0].Due != start.Add(-72*time.Hour) {
		t.Fatalf("%+v", got)
	}
	if want := "Downtime for 30 minutes in the window of Wed 25 Nov 2026, 13:08 UTC. Users: All branches."; got[0].Why != want {
		t.Errorf("%s", got[0].Why)
	}
	a.DB.Clock().(*clock.Fake).Advance(48 * time.Hour)
	if got := items(); len(got) != 1 || got[0].Weight != home.Presses || !strings.HasSuffix(got[0].Why, "The notice is overdue.") {
		t.Errorf("overdue: %+v", got)
	}
	_, err = a.Impacts.Tell(admin, r.Key, "ledger", 1, 0)
	must(t, err)
	if got := items(); len(got) != 0 {
		t.Errorf("told: %+v", got)
	}
}

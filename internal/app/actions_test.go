package app_test

import (
	"strings"
	"testing"
	"time"

	"slipway/internal/clock"
	"slipway/internal/home"
	"slipway/internal/plan/register"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/risk"
)

// TestActionsReachTheirPeople adds actions and looks for them where people look: in mission control, beside the navigation, at the risk.
func TestActionsReachTheirPeople(t *testing.T) {
	a, _ := open(t)
	admin := administrator(t, a)
	fill(t, a, admin)
	r, err := a.Risks.Open(admin, risk.NewRisk{Product: "payments", Title: "No way back", Probability: 2, Impact: 3})
	must(t, err)
	due := db.At(dbtest.Start.Add(time.Hour))
	one, err := a.Actions.Add(admin, register.Spec{Title: "Rehearse", Source: register.SourceRisk, Ref: r.Key, Due: due, ClosesWith: "it passes"})
	must(t, err)
	if one.Source.URL != "/risks/"+r.Key || one.ProductKey != "payments" || !strings.Contains(one.Source.Name, "No way back") {
		t.Errorf("%+v", one)
	}
	_, err = a.Actions.Add(admin, register.Spec{Title: "In a year", Due: db.At(dbtest.Start.Add(8000 * time.Hour))})
	must(t, err)
	items := func() (out []home.Item) {
		must(t, a.DB.Read(admin, func(tx *db.Tx) error {
			all, err := a.Home.Attention(tx)
			for _, i := range all {
				if i.Kind == home.KindAction {
					out = append(out, i)
				}
			}
			return err
		}))
		return out
	}
	if got := items(); len(got) != 1 || got[0].Ref != one.Key || !got[0].Mine || got[0].Weight != home.Waits {
		t.Errorf("%+v", got)
	}
	a.DB.Clock().(*clock.Fake).Advance(2 * time.Hour)
	if got := items(); len(got) != 1 || got[0].Weight != home.Presses || !strings.Contains(got[0].Why, "overdue") {
		t.Errorf("overdue: %+v", got)
	}
	_, err = a.Actions.Done(admin, one.Key, 0, register.Shown{Text: "It passed"})
	must(t, err)
	if got := items(); len(got) != 1 || got[0].Mine || !strings.Contains(got[0].Why, "said to be done") {
		t.Errorf("its owner does not close it: %+v", got)
	}
	ctx, _ := auth.WithRoute(admin, "")
	must(t, a.DB.Read(ctx, func(tx *db.Tx) error {
		s, err := a.Home.Shell(tx)
		if s.Actions != 2 {
			t.Errorf("%d open actions", s.Actions)
		}
		return err
	}))
}

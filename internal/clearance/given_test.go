package clearance_test

import (
	"testing"
	"time"

	"slipway/internal/catalog"
	"slipway/internal/clearance"
	"slipway/internal/clock"
	"slipway/internal/errs"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

func TestGiven(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		give := func(service, environment string, hours float64) clearance.Override {
			t.Helper()
			o, err := w.c.Override(w.Admin, clearance.NewOverride{Service: service, Environment: environment, Digest: plantest.Digest, Reason: "x", Until: db.At(dbtest.Start).Add(time.Duration(hours * float64(time.Hour)))})
			must(t, err)
			return o
		}
		short, back, stands := give("payments-core", "prod-north", 1), give("ledger", "pre-prod", 24), give("cards-core", "prod-north", 24)
		_, err := w.c.WithdrawOverride(w.Admin, back.ID)
		must(t, err)
		d.Clock().(*clock.Fake).Advance(2 * time.Hour)
		list := func(f clearance.GivenFilter) (out string) {
			t.Helper()
			gs, err := w.c.Given(w.Admin, f)
			must(t, err)
			for _, g := range gs {
				out += g.ServiceKey + "/" + g.EnvironmentKey + "/" + string(g.State) + " "
			}
			return out
		}
		for _, c := range []struct {
			f    clearance.GivenFilter
			want string
		}{
			{clearance.GivenFilter{}, "cards-core/prod-north/standing ledger/pre-prod/withdrawn payments-core/prod-north/over "},
			{clearance.GivenFilter{Standing: true}, "cards-core/prod-north/standing "},
			{clearance.GivenFilter{Environment: "prod-north", Limit: 1}, "cards-core/prod-north/standing "},
			{clearance.GivenFilter{Before: stands.ID}, "ledger/pre-prod/withdrawn payments-core/prod-north/over "},
			{clearance.GivenFilter{Before: short.ID}, ""},
			{clearance.GivenFilter{Service: "ledger"}, "ledger/pre-prod/withdrawn "},
			{clearance.GivenFilter{Service: "moon"}, ""},
		} {
			if got := list(c.f); got != c.want {
				t.Errorf("%+v: %s", c.f, got)
			}
		}
		carl := authtest.Person(t, d, "carl", "viewer@"+string(catalog.Scope(w.Cards.ID)))
		if gs, err := w.c.Given(carl, clearance.GivenFilter{}); err != nil || len(gs) != 1 || gs[0].ServiceName == "" || gs[0].ByName == "" {
			t.Errorf("of cards: %+v %v", gs, err)
		}
	})
}

func TestAnswersByOutcome(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		record := func(q *clearance.Question) { q.Record = true }
		yes := ask(t, w.c, w.Admin, "ledger", "1", "pre-prod", record)
		no := ask(t, w.c, w.Admin, "ledger", "1", "prod-north", record)
		for allowed, want := range map[bool]string{true: yes.Record, false: no.Record} {
			rows, err := w.c.Answers(w.Admin, clearance.AnswerFilter{Allowed: &allowed})
			if err != nil || len(rows) != 1 || rows[0].ID != want {
				t.Errorf("allowed %v: %+v %v", allowed, rows, err)
			}
		}
		r, err := w.c.Answer(w.Admin, no.Record)
		if err != nil || r.Allowed || r.Service != "ledger" {
			t.Errorf("%+v %v", r, err)
		}
		carl := authtest.Person(t, d, "carl", "viewer@"+string(catalog.Scope(w.Cards.ID)))
		if _, err := w.c.Answer(carl, no.Record); !errs.Is(err, errs.CodeNotFound) {
			t.Errorf("another product's answer: %v", err)
		}
	})
}

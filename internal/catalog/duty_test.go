package catalog_test

import (
	"context"
	"strings"
	"testing"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

func TestDuties(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		crew := authtest.Team(t, d, "crew", nil)
		says := func(want string) {
			t.Helper()
			if got, err := duties(w.admin, d, crew); err != nil || got != want {
				t.Errorf("%q, want %q: %v", got, want, err)
			}
		}
		says("")
		run := func(key string) {
			t.Helper()
			if _, err := w.AddService(w.admin, catalog.ServiceSpec{Key: key, Name: key, Product: "payments", Team: "crew"}); err != nil {
				t.Fatal(err)
			}
		}
		run("ledger-a")
		says("the service ledger-a")
		run("ledger-b")
		run("ledger-c")
		says("the services ledger-a, ledger-b and ledger-c")
		for _, k := range []string{"ledger-d", "ledger-e", "ledger-f", "ledger-g"} {
			run(k)
		}
		says("the services ledger-a, ledger-b, ledger-c, ledger-d, ledger-e and 2 more")
		if got, err := duties(authtest.Person(t, d, "stranger"), d, crew); err != nil || got != "7 services" {
			t.Errorf("what one may not read is counted only: %q %v", got, err)
		}
	})
}

func duties(ctx context.Context, d *db.DB, team id.Team) (out string, err error) {
	err = d.Read(ctx, func(tx *db.Tx) error {
		out, err = catalog.Duties{}.DutiesOf(tx, team)
		return err
	})
	return out, err
}

func TestClosedTeamTakesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		s := authtest.Service(t, d)
		authtest.Team(t, d, "crew", nil)
		if _, err := s.CloseTeam(w.admin, "crew", "Merged"); err != nil {
			t.Fatal(err)
		}
		_, err := w.AddService(w.admin, catalog.ServiceSpec{Key: "till", Name: "Till", Product: "payments", Team: "crew"})
		if e := errs.As(err); e == nil || len(e.Fields) != 1 || e.Fields[0].Name != "team" || e.Fields[0].Reason != "team.closed" {
			t.Errorf("a service for a closed team: %v", err)
		}
		r, err := apply.New(d, append(s.Kinds(catalog.Scopes{}), w.Kinds()...)...)
		if err != nil {
			t.Fatal(err)
		}
		for text, line := range map[string]string{
			"kind: product\nkey: payments\nname: Payments\n---\nkind: team\nname: Crew\nkey: crew\n": "a.yaml:7",
			"kind: service\nkey: till\nname: Till\nproduct: payments\nteam: crew\n":                  "a.yaml:5",
			"kind: team\nkey: crew\nname: Crew\nmembers: [admin]\nroles: [{role: administrator}]\n":  "a.yaml:2",
		} {
			_, err := r.Apply(w.admin, []apply.File{{Name: "a.yaml", Text: text}}, false)
			if err == nil || !strings.Contains(err.Error(), line) || !strings.Contains(err.Error(), "closed") {
				t.Errorf("%q: %v", text, err)
			}
		}
	})
}

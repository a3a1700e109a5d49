package decide_test

import (
	"strings"
	"testing"
	"time"

	"slipway/internal/decide"
	"slipway/internal/decide/decidetest"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
)

// promise is a row of the action register.
type promise struct {
	Title, State, StateReason, StateBy, SourceKind, SourceRef string
	SourceURL                                                 string `db:"source_url"`
	Owner, Verifier                                           id.Person
	Release                                                   id.Release
	Product                                                   id.Product
	Due                                                       db.Time
	Mirrored, Gates                                           bool
}

// registered returns the action register as it is.
func registered(t *testing.T, d *db.DB, w decidetest.World) (out []promise) {
	t.Helper()
	err := d.Read(w.Admin, func(tx *db.Tx) error {
		return tx.All(&out, `SELECT title, state, state_reason, state_by, source_kind, source_ref, source_url, owner, verifier, release, product, due, mirrored, gates FROM action ORDER BY number`)
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func stands(list []promise) string {
	var out []string
	for _, a := range list {
		out = append(out, a.State)
	}
	return strings.Join(out, " ")
}

// The conditions of a go-if decision are actions: they close and open with them, and another round drops them.
func TestConditionsAreActions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		w := decidetest.New(t, d)
		r := w.Release(t, "payments-26.11.0", plan.Active)
		w.Confirm(t, r)
		w.Open(t, r)
		w.Answer(t, w.Priya, r, "qa", "go")
		w.Answer(t, w.Elena, r, "database", "go-if")
		w.Answer(t, w.Aisha, r, "service-operations", "go")
		w.Answer(t, w.Daniel, r, "security", "go")
		if got := registered(t, d, w); len(got) != 0 {
			t.Errorf("before the decision: %+v", got)
		}
		due := db.At(dbtest.Start.Add(5 * time.Hour))
		must[decide.Decision](t)(w.Decisions.Decide(w.Maya, r.Key, decide.NewDecision{Decision: "go-if", Reason: "With a second pair of eyes.",
			Conditions: []decide.NewCondition{{Text: "Second DBA on the bridge", Owner: "elena", Due: due, Verifier: "aisha"}}}))
		list := registered(t, d, w)
		if stands(list) != "open open" {
			t.Fatalf("%+v", list)
		}
		at := 0
		if list[1].Title == "Second DBA on the bridge" {
			at = 1
		}
		a := list[at]
		if !a.Mirrored || !a.Gates || a.Release != r.ID || a.Product != r.Product || a.Due != due || a.Owner != authtest.Me(t, w.Elena) || a.Verifier != authtest.Me(t, w.Aisha) ||
			a.SourceKind != plan.SourceCondition || a.SourceURL != "/releases/"+r.Key+"/go-no-go" {
			t.Errorf("%+v", a)
		}
		must[decide.Asking](t)(w.Decisions.Done(w.Aisha, r.Key, a.SourceRef, "She is here"))
		if got := registered(t, d, w)[at]; got.State != "closed" || got.StateReason != "She is here" || got.StateBy != string(authtest.Me(t, w.Aisha)) {
			t.Errorf("%+v", got)
		}
		must[decide.Asking](t)(w.Decisions.Reopen(w.Aisha, r.Key, a.SourceRef, "She had to leave"))
		if got := registered(t, d, w)[at]; got.State != "open" {
			t.Errorf("%+v", got)
		}
		must[decide.Asking](t)(w.Decisions.Done(w.Aisha, r.Key, a.SourceRef, "Back again"))
		w.Open(t, r) // another round: what is open of the last counts no more, what is done stays done
		list = registered(t, d, w)
		if list[at].State != "closed" || list[1-at].State != "dropped" || list[1-at].StateReason == "" {
			t.Errorf("%+v", list)
		}
		var got []string
		for _, x := range ledgertest.Actions(t, l) {
			if s, is := strings.CutPrefix(x, "action."); is {
				got = append(got, s)
			}
		}
		if want := "added added closed reopened closed dropped"; strings.Join(got, " ") != want {
			t.Errorf("entries %v, want %s", got, want)
		}
		ledgertest.Verify(t, l)
	})
}

// A release that ends leaves no condition to see to.
func TestAnEndedReleaseHasNoOpenConditions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := decidetest.New(t, d)
		r := w.Release(t, "payments-26.11.0", plan.Active)
		w.Confirm(t, r)
		w.Open(t, r)
		w.Answer(t, w.Priya, r, "qa", "go")
		w.Answer(t, w.Elena, r, "database", "go")
		w.Answer(t, w.Aisha, r, "service-operations", "go")
		must[decide.Decision](t)(w.Decisions.Decide(w.Maya, r.Key, decide.NewDecision{Decision: "go-if", Reason: "Not alone.",
			Conditions: []decide.NewCondition{{Text: "Second DBA on the bridge", Owner: "elena", Verifier: "aisha"}}}))
		if got := stands(registered(t, d, w)); got != "open" {
			t.Fatalf("%s", got)
		}
		if _, err := w.Plans.Cancel(w.Maya, r.Key, "Not this year"); err != nil {
			t.Fatal(err)
		}
		if got := stands(registered(t, d, w)); got != "dropped" {
			t.Errorf("%s", got)
		}
	})
}

package register_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"slipway/internal/catalog"
	"slipway/internal/clock"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/plan/action"
	"slipway/internal/plan/plantest"
	"slipway/internal/plan/register"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
)

type world struct {
	plantest.World
	register          *register.Register
	ines, omar, viola context.Context // a contributor, an approver, a viewer
}

func open(t *testing.T, d *db.DB) world {
	t.Helper()
	authtest.Service(t, d, catalog.Permissions, plan.Permissions, register.Permissions)
	w := world{World: plantest.New(t, d), register: register.New(d, register.Options{})}
	scope := "@product/" + string(w.Payments.ID)
	w.ines = authtest.Person(t, d, "ines", "contributor"+scope)
	w.omar = authtest.Person(t, d, "omar", "approver"+scope)
	w.viola = authtest.Person(t, d, "viola", "viewer"+scope)
	return w
}

func ptr[T any](v T) *T { return &v }

func TestAnActionIsProvenByAnother(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		w := open(t, d)
		rel := w.Release(t, "payments-26.11.0", plan.Active)
		a, err := w.register.Add(w.Admin, register.Spec{Title: "Rehearse the back-out", Owner: "ines", Due: db.At(dbtest.Start.Add(72 * time.Hour)), Release: rel.Key, Source: action.Meeting,
			Ref: "Readiness review", ClosesWith: "rehearsal passed"})
		if err != nil {
			t.Fatal(err, errs.As(err).Fields)
		}
		if a.Key != "A-1" || a.State != action.Open || a.ReleaseKey != rel.Key || !a.ProofWanted || a.Source.Name != "Readiness review" {
			t.Errorf("%+v", a)
		}
		if _, err := w.register.Done(w.ines, a.Key, 0, register.Shown{}); errs.As(err).Fields[0].Reason != "action.proof_missing" {
			t.Errorf("without proof: %v", err)
		}
		if a, err = w.register.Start(w.ines, a.Key, a.Rev); err != nil || a.State != action.Started {
			t.Errorf("%+v %v", a, err)
		}
		if a, err = w.register.Prove(w.ines, a.Key, a.Rev, register.Shown{Text: "rehearsal 32"}, "run.json", []byte(`{"ok":true}`)); err != nil || a.State != action.Said || a.Proof.Size != 11 {
			t.Fatalf("%+v %v", a, err)
		}
		if _, content, err := w.register.Proof(w.viola, a.Key); err != nil || string(content) != `{"ok":true}` {
			t.Errorf("%s %v", content, err)
		}
		for who, c := range map[string]context.Context{"owner": w.ines, "viewer": w.viola} {
			if _, err := w.register.Close(c, a.Key, a.Rev, ""); errs.CodeOf(err) != errs.CodeForbidden {
				t.Errorf("closed by its %s: %v", who, err)
			}
		}
		if _, err := w.register.SendBack(w.omar, a.Key, a.Rev, ""); errs.CodeOf(err) != errs.CodeInvalid {
			t.Errorf("sent back without a word: %v", err)
		}
		if a, err = w.register.SendBack(w.omar, a.Key, a.Rev, "It says nothing of the data."); err != nil || a.State != action.Started {
			t.Errorf("%+v %v", a, err)
		}
		if a, err = w.register.Done(w.ines, a.Key, a.Rev, register.Shown{URL: "https://runs.example/32"}); err != nil {
			t.Fatal(err)
		}
		if a, err = w.register.Close(w.omar, a.Key, a.Rev, "seen"); err != nil || a.State != action.Closed {
			t.Errorf("%+v %v", a, err)
		}
		if _, err := w.register.Set(w.ines, a.Key, 0, register.Change{Title: ptr("x")}); errs.ReasonOf(err) != "action.ended" {
			t.Errorf("changed when closed: %v", err)
		}
		if a, err = w.register.Reopen(w.Admin, a.Key, a.Rev, "It failed again."); err != nil || a.State != action.Open || !a.Proof.IsZero() {
			t.Errorf("%+v %v", a, err)
		}
		if a, err = w.register.Drop(w.Admin, a.Key, a.Rev, "Not needed."); err != nil || a.State != action.Dropped {
			t.Errorf("%+v %v", a, err)
		}
		var got []string
		for _, x := range ledgertest.Actions(t, l) {
			if strings.HasPrefix(x, "action.") {
				got = append(got, strings.TrimPrefix(x, "action."))
			}
		}
		if want := "added started said_done sent_back said_done closed reopened dropped"; strings.Join(got, " ") != want {
			t.Errorf("entries %v", got)
		}
	})
}

func TestAddRefuses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		ok := register.Spec{Title: "x", Product: "payments"}
		for name, c := range map[string]struct {
			in    func(*register.Spec)
			field string
			why   string
		}{
			"no title":       {func(s *register.Spec) { s.Title = "" }, "title", "text.missing"},
			"a long title":   {func(s *register.Spec) { s.Title = strings.Repeat("x", 400) }, "title", "text.too_long"},
			"an owner":       {func(s *register.Spec) { s.Owner = "nobody" }, "owner", "owner.unknown"},
			"the past":       {func(s *register.Spec) { s.Due = db.At(dbtest.Start.Add(-time.Hour)) }, "due", "action.due_past"},
			"a source":       {func(s *register.Spec) { s.Source = "dream" }, "source", "action.source_unknown"},
			"a release":      {func(s *register.Spec) { s.Release = "nothing" }, "release", "release.unknown"},
			"a product":      {func(s *register.Spec) { s.Product = "nothing" }, "product", "product.unknown"},
			"an address":     {func(s *register.Spec) { s.URL = "javascript:alert(1)" }, "url", "url.malformed"},
			"one's own word": {func(s *register.Spec) { s.Owner, s.Verifier, s.ClosesWith = "ines", "ines", "a test" }, "verifier", "action.own_proof"},
		} {
			in := ok
			c.in(&in)
			_, err := w.register.Add(w.Admin, in)
			if e := errs.As(err); err == nil || len(e.Fields) != 1 || e.Fields[0].Name != c.field || e.Fields[0].Reason != c.why {
				t.Errorf("%s: %v %+v", name, err, e)
			}
		}
		if _, err := w.register.Add(w.viola, ok); errs.CodeOf(err) != errs.CodeForbidden {
			t.Errorf("a viewer: %v", err)
		}
		if _, err := w.register.Add(w.ines, register.Spec{Title: "x"}); errs.CodeOf(err) != errs.CodeForbidden {
			t.Errorf("for everybody, by somebody of one product: %v", err)
		}
		a, err := w.register.Add(w.Admin, register.Spec{Title: "Cards only", Product: "cards"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.register.Get(w.ines, a.Key); errs.CodeOf(err) != errs.CodeNotFound {
			t.Errorf("a stranger: %v", err)
		}
		for _, ref := range []string{"A-0", "A-99", "A-x", "A-999999999999999999999", "nothing"} {
			if _, err := w.register.Get(w.Admin, ref); errs.CodeOf(err) != errs.CodeNotFound {
				t.Errorf("%s: %v", ref, err)
			}
		}
	})
}

func TestList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		for i := range 5 {
			in := register.Spec{Title: fmt.Sprintf("Step %d", i), Product: "payments", Owner: "ines", Due: db.At(dbtest.Start.Add(time.Duration(5-i) * time.Hour))}
			if i == 4 {
				in.Due, in.Owner, in.Source = 0, "omar", action.Audit
			}
			if _, err := w.register.Add(w.Admin, in); err != nil {
				t.Fatal(err)
			}
		}
		keys := func(c context.Context, f register.Filter) string {
			list, err := w.register.List(c, f)
			if err != nil {
				t.Fatal(err)
			}
			out := []string{}
			for _, a := range list {
				out = append(out, a.Key)
			}
			return strings.Join(out, " ")
		}
		for want, f := range map[string]register.Filter{
			"A-4 A-3 A-2 A-1 A-5": {}, "A-5": {Source: action.Audit}, "A-4 A-3": {Limit: 2}, "A-4 A-3 A-2 A-1": {Owner: "ines", Open: true}, "A-3 A-2": {Query: "step 2"},
		} {
			if got := keys(w.Admin, f); got != want {
				t.Errorf("%+v: %s, want %s", f, got, want)
			}
		}
		list, err := w.register.List(w.Admin, register.Filter{Limit: 2})
		if err != nil {
			t.Fatal(err)
		}
		if got := keys(w.Admin, register.Filter{AfterSort: list[1].Order(), AfterNumber: list[1].Number}); got != "A-2 A-1 A-5" {
			t.Errorf("second page %s", got)
		}
		if got := keys(w.ines, register.Filter{Mine: true}); got != "A-4 A-3 A-2 A-1" {
			t.Errorf("mine %s", got)
		}
		if _, err := w.register.List(w.Admin, register.Filter{States: []register.State{"odd"}}); errs.CodeOf(err) != errs.CodeInvalid {
			t.Errorf("%v", err)
		}
		err = d.Read(w.ines, func(tx *db.Tx) error {
			n, err := w.register.Tally(tx, register.Filter{})
			if n != (register.Tally{Open: 5, Mine: 4}) {
				t.Errorf("%+v", n)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestChase(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		w := open(t, d)
		due := dbtest.Start.Add(60 * time.Hour)
		a, err := w.register.Add(w.Admin, register.Spec{Title: "x", Product: "payments", Owner: "ines", Due: db.At(due)})
		if err != nil {
			t.Fatal(err)
		}
		now := d.Clock().(*clock.Fake)
		for _, step := range []struct {
			at   time.Time
			want string
		}{{dbtest.Start, "added"}, {due.Add(-47 * time.Hour), "added reminded"}, {due.Add(-time.Hour), "added reminded"}, {due.Add(time.Hour), "added reminded overdue"},
			{due.Add(80 * time.Hour), "added reminded overdue escalated"}, {due.Add(90 * time.Hour), "added reminded overdue escalated"}} {
			now.Set(step.at)
			if err := w.register.Chase(w.Admin); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, x := range ledgertest.Actions(t, l) {
				if s, is := strings.CutPrefix(x, "action."); is {
					got = append(got, s)
				}
			}
			if strings.Join(got, " ") != step.want {
				t.Errorf("at %s: %v, want %s", step.at, got, step.want)
			}
		}
		if a, err = w.register.Get(w.Admin, a.Key); err != nil || a.Rev != 1 || a.EscalatedAt.IsZero() {
			t.Errorf("%+v %v", a, err)
		}
	})
}

func TestNumbersAreNeverGivenTwice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		var wg sync.WaitGroup
		var mu sync.Mutex
		seen := map[string]bool{}
		for range 24 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				a, err := w.register.Add(w.Admin, register.Spec{Title: "x", Product: "payments"})
				mu.Lock()
				defer mu.Unlock()
				if err != nil || seen[a.Key] {
					t.Errorf("%s %v", a.Key, err)
				}
				seen[a.Key] = true
			}()
		}
		wg.Wait()
	})
}

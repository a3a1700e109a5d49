package risk_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"slipway/internal/clock"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
	"slipway/internal/risk"
	"slipway/internal/risk/risktest"
)

func want(t *testing.T, err error, reason string) {
	t.Helper()
	if got := errs.ReasonOf(err); got != reason && (len(errs.As(err).Fields) == 0 || errs.As(err).Fields[0].Reason != reason) {
		t.Errorf("%v is %s, want %s", err, got, reason)
	}
}

// must panics, since a call with two results leaves no room for the test.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func read[T any](t *testing.T, d *db.DB, ctx context.Context, fn func(*db.Tx) (T, error)) T {
	t.Helper()
	var out T
	if err := d.Read(ctx, func(tx *db.Tx) (err error) { out, err = fn(tx); return err }); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestLife(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		w := risktest.New(t, d)
		rel := w.Release(t, "payments-26.11.0", plan.Active)
		before := len(ledgertest.Actions(t, l))
		r := risktest.Open(t, w, rel.Key, "Migration cannot be rolled back", risktest.Blocking)
		if r.Key != "R-1" || r.Score != 20 || r.ResidualScore != 20 || r.BlocksSince != r.OpenedAt || r.ProductKey != "payments" || r.ReleaseName != rel.Name {
			t.Errorf("opened: %+v", r)
		}
		blockers := func() []risk.Risk {
			return read(t, d, w.Admin, func(tx *db.Tx) ([]risk.Risk, error) { return risk.Blockers(tx, rel.ID) })
		}
		if b := blockers(); len(b) != 1 || b[0].Key != "R-1" {
			t.Errorf("blockers: %+v", b)
		}
		d.Clock().(*clock.Fake).Advance(time.Hour)
		r = must(w.Risks.Mitigate(w.Admin, "r-1", 1, risk.Plan{Response: risk.Reduce, Mitigation: "Batches of 5,000", ResidualProbability: 2}))
		if r.ResidualScore != 10 || r.ResidualImpact != 5 || r.Rev != 2 || len(blockers()) != 1 {
			t.Errorf("mitigated: %+v", r)
		}
		r = must(w.Risks.Assess(w.Admin, "R-1", 2, 1, 5, "Rehearsed twice"))
		if r.Score != 5 || r.ScoreBefore != 20 || r.ResidualScore != 5 || r.Trend(r.ChangedAt) != risk.Falling || r.Trend(r.ChangedAt.Add(29*24*time.Hour)) != risk.Steady {
			t.Errorf("assessed: %+v", r)
		}
		if same := must(w.Risks.Assess(w.Admin, "R-1", 3, 1, 5, "")); same != r {
			t.Errorf("what changes nothing changed %+v", same)
		}
		_, err := w.Risks.Assess(w.Admin, "R-1", 2, 3, 3, "")
		want(t, err, "row.stale")
		if theirs, ok := errs.As(err).Theirs.(risk.Risk); !ok || theirs.Rev != 3 {
			t.Errorf("theirs: %+v", errs.As(err).Theirs)
		}
		_, err = w.Risks.Accept(w.Admin, "R-1", 3, " ")
		want(t, err, "text.missing")
		_, err = w.Risks.Accept(auth.WithSystem(t.Context()), "R-1", 3, "why not")
		want(t, err, "risk.person_needed")
		r = must(w.Risks.Accept(w.Admin, "R-1", 3, "Small now"))
		if r.State != risk.Accepted || r.BlocksSince != 0 || len(blockers()) != 0 {
			t.Errorf("accepted: %+v", r)
		}
		_, err = w.Risks.Accept(w.Admin, "R-1", 0, "Again")
		want(t, err, "risk.not_open")
		if r = must(w.Risks.Assess(w.Admin, "R-1", 0, 1, 3, "")); r.State != risk.Accepted {
			t.Errorf("a lower score opens: %+v", r)
		}
		if r = must(w.Risks.Assess(w.Admin, "R-1", 0, 5, 5, "Rehearsal failed")); r.State != risk.Open || len(blockers()) != 1 {
			t.Errorf("a higher score does not open: %+v", r)
		}
		r = must(w.Risks.Close(w.Admin, "R-1", 0, "Rewritten"))
		for _, err := range []error{
			second(w.Risks.Assess(w.Admin, "R-1", 0, 1, 1, "")), second(w.Risks.Close(w.Admin, "R-1", 0, "x")),
			second(w.Risks.Assign(w.Admin, "R-1", 0, "", nil)), second(w.Risks.Set(w.Admin, "R-1", 0, risk.Statement{})),
		} {
			want(t, err, "risk.closed_already")
		}
		r = must(w.Risks.Reopen(w.Admin, "R-1", 0, "Came back"))
		_, err = w.Risks.Reopen(w.Admin, "R-1", 0, "x")
		want(t, err, "risk.open_already")
		review := "2026-11-26"
		if r = must(w.Risks.Assign(w.Admin, string(r.ID), 0, string(authtest.Me(t, w.Admin)), &review)); r.Owner != authtest.Me(t, w.Admin) || r.Review != review {
			t.Errorf("assigned: %+v", r)
		}
		if got, want := ledgertest.Actions(t, l)[before:], []string{"release.created", "release.planned", "release.activated", "risk.opened", "risk.mitigated", "risk.assessed",
			"risk.accepted", "risk.assessed", "risk.assessed", "risk.closed", "risk.reopened", "risk.assigned"}; !slices.Equal(got[len(got)-9:], want[3:]) {
			t.Errorf("entries %q", got)
		}
		ledgertest.Verify(t, l)
		cs := must(w.Risks.Changes(w.Admin, "R-1", risk.ChangeFilter{Limit: 3}))
		if len(cs) != 3 || cs[0].Action != "risk.assigned" || cs[0].Signed || !cs[1].Signed {
			t.Errorf("changes: %+v", cs)
		}
		next := must(w.Risks.Changes(w.Admin, "R-1", risk.ChangeFilter{BeforeAt: cs[2].At, BeforeID: cs[2].ID}))
		if len(next) != 6 || next[5].Action != "risk.opened" || next[5].Before != nil {
			t.Errorf("next changes: %d", len(next))
		}
		if s := read(t, d, w.Admin, func(tx *db.Tx) ([]risk.Scored, error) { return risk.ScoresOf(tx, r.ID) }); len(s) != 9 || s[0].Score != 20 || s[8].Score != 25 {
			t.Errorf("scores: %+v", s)
		}
	})
}

func second[T any](_ T, err error) error { return err }

func TestSection(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := risktest.New(t, d)
		rel := w.Release(t, "payments-26.11.0", plan.Active)
		other := w.Release(t, "payments-26.12.0", plan.Draft)
		anna := authtest.Person(t, d, "anna", "contributor@product/"+string(w.Payments.ID))
		bert := authtest.Person(t, d, "bert", "contributor@product/"+string(w.Payments.ID))
		section := func() string {
			c, err := db.Canonical(read(t, d, w.Admin, func(tx *db.Tx) (any, error) { return risk.Section(tx, rel.ID) }))
			if err != nil {
				t.Fatal(err)
			}
			return string(c)
		}
		if section() != "[]" {
			t.Errorf("empty: %s", section())
		}
		must(w.Risks.Open(anna, risk.NewRisk{Release: rel.Key, Title: "A", Probability: 2, Impact: 3, Blocks: risk.BlocksGate}))
		since := read(t, d, w.Admin, func(tx *db.Tx) (db.Time, error) { return tx.Now, nil })
		signed := section()
		if signed != `[{"blocks":"gate","impact":3,"key":"R-1","probability":2,"state":"open","title":"A"}]` {
			t.Errorf("section: %s", signed)
		}
		d.Clock().(*clock.Fake).Advance(time.Hour)
		approve := func() {
			if err := d.Write(w.Admin, func(tx *db.Tx) error { return plan.MarkApproved(tx, rel.ID, "GO") }); err != nil {
				t.Fatal(err)
			}
		}
		state := func(ref string) plan.State { return must(w.Plans.Get(w.Admin, ref)).State }
		authors := func(rel id.Release, at db.Time) []id.Person {
			return read(t, d, w.Admin, func(tx *db.Tx) ([]id.Person, error) { return risk.Authors(tx, rel, at) })
		}
		approve()
		text := "More about it"
		must(w.Risks.Set(bert, "R-1", 0, risk.Statement{Text: &text}))
		if section() != signed || state(rel.Key) != plan.Approved || len(authors(rel.ID, since)) != 0 {
			t.Errorf("a description is signed: %s, %s", section(), state(rel.Key))
		}
		must(w.Risks.Assess(bert, "R-1", 0, 3, 3, ""))
		if section() == signed || state(rel.Key) != plan.Active {
			t.Errorf("an assessment is not signed: %s, %s", section(), state(rel.Key))
		}
		if got := authors(rel.ID, since); !slices.Equal(got, []id.Person{authtest.Me(t, bert)}) || len(authors(rel.ID, 0)) != 2 {
			t.Errorf("authors: %v", got)
		}
		// A risk that blocks leaves its release only by somebody who may accept it.
		to := other.Key
		_, err := w.Risks.Set(bert, "R-1", 0, risk.Statement{Release: &to, Reason: "later"})
		want(t, err, "auth.permission_missing")
		none := risk.BlocksNothing
		_, err = w.Risks.Set(bert, "R-1", 0, risk.Statement{Blocks: &none, Reason: "later"})
		want(t, err, "auth.permission_missing")
		_, err = w.Risks.Set(w.Admin, "R-1", 0, risk.Statement{Blocks: &none})
		want(t, err, "text.missing")
		approve()
		moved := must(w.Risks.Set(w.Admin, "R-1", 0, risk.Statement{Release: &to, Reason: "later"}))
		if moved.ReleaseKey != other.Key || state(rel.Key) != plan.Active || section() != "[]" || len(authors(rel.ID, since)) != 2 || len(authors(other.ID, 0)) != 1 {
			t.Errorf("moved: %+v", moved)
		}
		nowhere := ""
		_, err = w.Risks.Set(w.Admin, "R-1", 0, risk.Statement{Release: &nowhere, Reason: "portfolio"})
		want(t, err, "risk.no_gate")
		free := must(w.Risks.Set(w.Admin, "R-1", 0, risk.Statement{Release: &nowhere, Blocks: &none, Reason: "portfolio"}))
		if free.Release != "" || free.ProductKey != "payments" {
			t.Errorf("free: %+v", free)
		}
		if free = must(w.Risks.Set(w.Admin, "R-1", 0, risk.Statement{Product: &nowhere})); free.Product != "" {
			t.Errorf("of the portfolio: %+v", free)
		}
		if _, err := w.Risks.Get(anna, "R-1"); errs.ReasonOf(err) != "risk.not_found" {
			t.Errorf("a risk of the portfolio is seen within a product: %v", err)
		}
	})
}

func TestFaults(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := risktest.New(t, d)
		ended := w.Release(t, "payments-26.10.0", plan.Cancelled)
		viewer := authtest.Person(t, d, "viewer", "viewer@product/"+string(w.Payments.ID))
		cards := authtest.Person(t, d, "cards", "release-manager@product/"+string(w.Cards.ID))
		good := risk.NewRisk{Product: "payments", Title: "A", Probability: 1, Impact: 1}
		for name, x := range map[string]struct {
			ctx    context.Context
			edit   func(*risk.NewRisk)
			reason string
		}{
			"title":          {w.Admin, func(n *risk.NewRisk) { n.Title = "" }, "text.missing"},
			"probability":    {w.Admin, func(n *risk.NewRisk) { n.Probability = 6 }, "risk.out_of_range"},
			"impact":         {w.Admin, func(n *risk.NewRisk) { n.Impact = 0 }, "risk.out_of_range"},
			"review":         {w.Admin, func(n *risk.NewRisk) { n.Review = "tomorrow" }, "form.date"},
			"blocks nothing": {w.Admin, func(n *risk.NewRisk) { n.Blocks = risk.BlocksGate }, "risk.no_gate"},
			"level":          {w.Admin, func(n *risk.NewRisk) { n.Blocks = "all" }, "risk.blocks_unknown"},
			"response":       {w.Admin, func(n *risk.NewRisk) { n.Response = "hope" }, "risk.response_unknown"},
			"no text":        {w.Admin, func(n *risk.NewRisk) { n.Response = risk.Reduce }, "text.missing"},
			"worse":          {w.Admin, func(n *risk.NewRisk) { n.Response, n.Mitigation, n.ResidualImpact = risk.Reduce, "x", 2 }, "risk.residual_higher"},
			"owner":          {w.Admin, func(n *risk.NewRisk) { n.Owner = "nobody" }, "person.unknown"},
			"product":        {w.Admin, func(n *risk.NewRisk) { n.Product = "moon" }, "product.unknown"},
			"release":        {w.Admin, func(n *risk.NewRisk) { n.Release = "moon" }, "release.unknown"},
			"differs":        {w.Admin, func(n *risk.NewRisk) { n.Release, n.Product = ended.Key, "cards" }, "risk.product_differs"},
			"ended":          {w.Admin, func(n *risk.NewRisk) { n.Release = ended.Key }, "plan.ended"},
			"viewer":         {viewer, func(*risk.NewRisk) {}, "auth.permission_missing"},
			"elsewhere":      {cards, func(*risk.NewRisk) {}, "product.unknown"},
			"portfolio":      {cards, func(n *risk.NewRisk) { n.Product = "" }, "auth.permission_missing"},
		} {
			in := good
			x.edit(&in)
			if _, err := w.Risks.Open(x.ctx, in); err == nil {
				t.Errorf("%s passes", name)
			} else {
				want(t, err, x.reason)
			}
		}
		must(w.Risks.Open(w.Admin, good))
		for _, ref := range []string{"R-2", "R-", "r-99999999999999999999", "moon", string(id.New[risk.ID]())} {
			_, err := w.Risks.Get(w.Admin, ref)
			want(t, err, "risk.not_found")
		}
		_, err := w.Risks.Get(cards, "R-1")
		want(t, err, "risk.not_found")
		_, err = w.Risks.Accept(viewer, "R-1", 0, "mine")
		want(t, err, "auth.permission_missing")
	})
}

func TestList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := risktest.New(t, d)
		rel := w.Release(t, "payments-26.11.0", plan.Active)
		viewer := authtest.Person(t, d, "viewer", "viewer@product/"+string(w.Payments.ID))
		open := func(release, title string, p, i int, with ...func(*risk.NewRisk)) {
			risktest.Open(t, w, release, title, append([]func(*risk.NewRisk){func(n *risk.NewRisk) { n.Probability, n.Impact = p, i }}, with...)...)
		}
		open(rel.Key, "Lock 100%", 2, 5, risktest.Blocking)
		open("", "Portfolio", 3, 3)
		open(rel.Key, "Vendor slips", 5, 2, func(n *risk.NewRisk) {
			n.Response, n.Mitigation, n.ResidualProbability, n.Category, n.Review = risk.Transfer, "Contract", 1, "vendor", "2026-11-20"
		})
		open("", "Cards only", 5, 5, func(n *risk.NewRisk) { n.Product = "cards" })
		must(w.Risks.Close(w.Admin, "R-4", 0, "gone"))
		keys := func(ctx context.Context, f risk.Filter) string {
			t.Helper()
			s := ""
			for _, r := range must(w.Risks.List(ctx, f)) {
				s += " " + r.Key
			}
			return s
		}
		for _, x := range []struct {
			name string
			ctx  context.Context
			f    risk.Filter
			want string
		}{
			{"standing", w.Admin, risk.Filter{}, " R-1 R-3 R-2"},
			{"all", w.Admin, risk.Filter{States: risk.States()}, " R-4 R-1 R-3 R-2"},
			{"closed", w.Admin, risk.Filter{States: []risk.State{risk.Closed}}, " R-4"},
			{"within a product", viewer, risk.Filter{States: risk.States()}, " R-1 R-3"},
			{"release", w.Admin, risk.Filter{Release: rel.Key}, " R-1 R-3"},
			{"product", w.Admin, risk.Filter{Product: "cards", States: risk.States()}, " R-4"},
			{"percent", w.Admin, risk.Filter{Query: "100% LOCK"}, " R-1"},
			{"key", w.Admin, risk.Filter{Query: "r-3"}, " R-3"},
			{"response", w.Admin, risk.Filter{Response: risk.Transfer}, " R-3"},
			{"category", w.Admin, risk.Filter{Category: "vendor"}, " R-3"},
			{"blocking", w.Admin, risk.Filter{Blocking: true}, " R-1"},
			{"review", w.Admin, risk.Filter{ReviewBy: "2026-11-20"}, " R-3"},
			{"not yet", w.Admin, risk.Filter{ReviewBy: "2026-11-19"}, ""},
			{"score", w.Admin, risk.Filter{MinScore: 10}, " R-1 R-3"},
			{"residual", w.Admin, risk.Filter{Residual: true}, " R-1 R-2 R-3"},
			{"cell", w.Admin, risk.Filter{Probability: 5, Impact: 2}, " R-3"},
			{"residual cell", w.Admin, risk.Filter{Probability: 1, Impact: 2, Residual: true}, " R-3"},
			{"nobody's", w.Admin, risk.Filter{Owner: "viewer"}, ""},
			{"first page", w.Admin, risk.Filter{Limit: 1}, " R-1"},
			{"second page", w.Admin, risk.Filter{AfterScore: 10, AfterNumber: 1, Limit: 1}, " R-3"},
			{"third page", w.Admin, risk.Filter{AfterScore: 10, AfterNumber: 3}, " R-2"},
		} {
			if got := keys(x.ctx, x.f); got != x.want {
				t.Errorf("%s: %q, want %q", x.name, got, x.want)
			}
		}
		s := read(t, d, w.Admin, func(tx *db.Tx) (risk.Stats, error) { return risk.StatsOf(tx, risk.Filter{}) })
		if s != (risk.Stats{Open: 3, Closed: 1, Blocking: 1, Ten: 2, Worst: 10}) {
			t.Errorf("stats: %+v", s)
		}
		c := read(t, d, w.Admin, func(tx *db.Tx) (risk.Count, error) { return risk.CountOf(tx, rel.ID) })
		if c != (risk.Count{Open: 2, Blocking: 1, Worst: 10}) {
			t.Errorf("count: %+v", c)
		}
		if got := read(t, d, viewer, risk.Categories); !slices.Equal(got, []string{"vendor"}) {
			t.Errorf("categories: %q", got)
		}
		_, err := w.Risks.List(w.Admin, risk.Filter{Product: "moon", Release: "moon", Owner: "moon", States: []risk.State{"x"}, Response: "x", Probability: 9, ReviewBy: "x"})
		if len(errs.As(err).Fields) != 7 {
			t.Errorf("faults: %+v", errs.As(err).Fields)
		}
	})
}

func TestNumbersAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := risktest.New(t, d)
		got := make(chan error, 20)
		for range 20 {
			go func() {
				_, err := w.Risks.Open(w.Admin, risk.NewRisk{Title: "A", Probability: 1, Impact: 1})
				got <- err
			}()
		}
		for range 20 {
			if err := <-got; err != nil {
				t.Error(err)
			}
		}
		rs := must(w.Risks.List(w.Admin, risk.Filter{}))
		if len(rs) != 20 || rs[19].Number != 20 {
			t.Errorf("%d risks", len(rs))
		}
	})
}

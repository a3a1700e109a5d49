package gate_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"slipway/internal/clock"
	"slipway/internal/errs"
	"slipway/internal/gate"
	"slipway/internal/gate/gatetest"
	"slipway/internal/plan"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

func suite(key string) plan.CriterionSpec {
	return plan.CriterionSpec{Key: key, Name: "All tests pass", Kind: plan.KindJUnit, Question: "tested", Evidence: &plan.EvidenceSpec{MinTests: 5}}
}

func latency(key string) plan.CriterionSpec {
	return plan.CriterionSpec{Key: key, Name: "Latency under 400 ms", Kind: plan.KindFact, Condition: "fact.p99_ms <= 400", Evidence: &plan.EvidenceSpec{Subject: "release"}}
}

func checklist(key, owner string) plan.CriterionSpec {
	return plan.CriterionSpec{Key: key, Name: "Support is briefed", Kind: plan.KindConfirmation, Owner: owner}
}

func codes(v gate.Verdict) string {
	var out []string
	for _, r := range v.Reasons {
		out = append(out, r.Criterion+":"+r.Code)
	}
	return strings.Join(out, " ")
}

func want(t *testing.T, err error, code errs.Code, reason string) {
	t.Helper()
	if errs.CodeOf(err) != code {
		t.Fatalf("got %v (%s), want %s %s", err, errs.CodeOf(err), code, reason)
	}
	e := errs.As(err)
	if e.Reason == reason {
		return
	}
	for _, f := range e.Fields {
		if f.Reason == reason {
			return
		}
	}
	t.Fatalf("got %s %+v, want %s", e.Reason, e.Fields, reason)
}

func TestVerdictTurnsStepByStep(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := gatetest.New(t, d)
		r := w.Guarded(t, "pay", suite("tests"), latency("latency"), checklist("briefed", "support"), plan.CriterionSpec{Key: "window", Name: "Window", Kind: plan.KindWindow},
			plan.CriterionSpec{Key: "risks", Name: "No blocking risk", Kind: plan.KindRisk}, plan.CriterionSpec{Key: "way-back", Name: "Back-out", Kind: plan.KindBackout})
		helper := authtest.Person(t, d, "sofia", "contributor", "support")
		steps := []struct {
			do   func()
			word gate.Word
			left string
		}{
			{func() {}, gate.NoGo, "tests:evidence.missing latency:evidence.missing briefed:confirmation.missing way-back:back_out.missing"},
			{func() {
				w.Send(t, "pay", gate.NewEvidence{Kind: "junit"}, gatetest.JUnit(6, 1, 0, 0))
			}, gate.NoGo, "tests:evidence.failed latency:evidence.missing briefed:confirmation.missing way-back:back_out.missing"},
			{func() {
				w.Send(t, "pay", gate.NewEvidence{Kind: "junit"}, gatetest.JUnit(6, 0, 0, 1))
			}, gate.NoGo, "latency:evidence.missing briefed:confirmation.missing way-back:back_out.missing"},
			{func() {
				w.Send(t, "pay", gate.NewEvidence{Kind: "fact"}, []byte(`{"p99_ms": 412}`))
			}, gate.NoGo, "latency:evidence.failed briefed:confirmation.missing way-back:back_out.missing"},
			{func() {
				w.Send(t, "pay", gate.NewEvidence{Kind: "fact"}, []byte(`{"p99_ms": 388.5}`))
			}, gate.NoGo, "briefed:confirmation.missing way-back:back_out.missing"},
			{func() {
				if _, err := w.Gate.Confirm(helper, "pay", "briefed", gate.Confirmed, "Both shifts."); err != nil {
					t.Fatal(err)
				}
			}, gate.NoGo, "way-back:back_out.missing"},
			{func() { w.Says.BackedOut[r.ID] = gate.BackOut{Present: true} }, gate.Go, ""},
			{func() {
				w.Says.Risks[r.ID] = []gate.Risk{{ID: "R-1", Title: "Vendor slips", Owner: string(authtest.Me(t, helper)), Blocking: true, Open: true}}
			}, gate.NoGo, "risks:risk.blocking"},
		}
		for i, s := range steps {
			s.do()
			d.Clock().(*clock.Fake).Advance(time.Minute)
			v := w.Verdict(t, w.Admin, "pay")
			if v.Word != s.word || codes(v) != s.left {
				t.Errorf("step %d: %s with %q, want %s with %q", i, v.Word, codes(v), s.word, s.left)
			}
		}
		v := w.Verdict(t, w.Admin, "pay")
		if got := v.Reasons[0].Owner; got != "sofia" {
			t.Errorf("the owner of the risk is %q, want the key sofia", got)
		}
		if err := d.Read(w.Admin, func(tx *db.Tx) error {
			of, err := w.Gate.Standings(tx, []plan.Release{r})
			if want := (gate.Standing{Word: gate.NoGo, Met: 5, NotMet: 1}); of[r.ID] != want {
				t.Errorf("standing %+v, want %+v", of[r.ID], want)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestNothingKnownIsNotMet(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := gatetest.New(t, d)
		w.Gate.Connect(gate.Sources{})
		w.Template(t, "all", false, plan.CriterionSpec{Key: "a", Name: "A", Kind: plan.KindApproval, Role: "approver"}, plan.CriterionSpec{Key: "b", Name: "B", Kind: plan.KindRisk},
			plan.CriterionSpec{Key: "c", Name: "C", Kind: plan.KindBackout}, plan.CriterionSpec{Key: "d", Name: "D", Kind: plan.KindWindow})
		w.From(t, "pay", "all", plan.Draft)
		v := w.Verdict(t, w.Admin, "pay")
		if v.Word != gate.NoGo || len(v.Reasons) != 4 {
			t.Errorf("%s with %s", v.Word, codes(v))
		}
	})
}

func TestEvidenceGoesStaleWithWhatItIsBoundTo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := gatetest.New(t, d)
		per := suite("unit")
		per.Evidence.Services = []string{"payments-core"}
		whole := suite("together")
		w.Guarded(t, "pay", per, whole, latency("latency"))
		w.Send(t, "pay", gate.NewEvidence{Kind: "junit", Criterion: "unit"}, gatetest.JUnit(6, 0, 0, 0))
		w.Send(t, "pay", gate.NewEvidence{Kind: "junit", Criterion: "together"}, gatetest.JUnit(7, 0, 0, 0))
		w.Send(t, "pay", gate.NewEvidence{Kind: "fact"}, []byte(`{"p99_ms": 1}`))
		if v := w.Verdict(t, w.Admin, "pay"); v.Word != gate.Go {
			t.Fatalf("%s: %s", v.Word, codes(v))
		}
		set := func(service, version string) {
			t.Helper()
			if _, err := w.Plans.Set(w.Admin, "pay", 0, plan.Edit{Carry: []plan.ItemSpec{{Service: service, Version: version}}}); err != nil {
				t.Fatal(err)
			}
		}
		set("ledger", "5.16.0")
		if v := w.Verdict(t, w.Admin, "pay"); codes(v) != "together:evidence.stale" {
			t.Errorf("after a change beside the service: %s", codes(v))
		}
		list, err := w.Gate.EvidenceOf(w.Admin, "pay", gate.EvidenceFilter{})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range list {
			if e.Stale != (e.Criterion == "together") || e.Counts == e.Stale || !e.Passed {
				t.Errorf("%s: stale %v, counts %v, passed %v", e.Criterion, e.Stale, e.Counts, e.Passed)
			}
		}
		set("payments-core", "8.33.0")
		if v := w.Verdict(t, w.Admin, "pay"); codes(v) != "unit:evidence.stale together:evidence.stale" {
			t.Errorf("after a change of the service: %s", codes(v))
		}
		// What was released before counts again with the former content.
		if _, err := w.Plans.Set(w.Admin, "pay", 0, plan.Edit{Services: &[]plan.ItemSpec{{Service: "payments-core", Version: "8.32.0", Digest: "sha256:7be1000000000000000000000000000000000000000000000000000000000c09d00"[:7] + strings.Repeat("0", 64)}}}); err != nil {
			t.Fatal(err)
		}
		if v := w.Verdict(t, w.Admin, "pay"); v.Word != gate.NoGo {
			t.Errorf("another digest of the same version counts: %s", codes(v))
		}
	})
}

func TestEvidenceIsFoundItsCriterion(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := gatetest.New(t, d)
		per := suite("unit")
		per.Evidence.Services = []string{"payments-core", "ledger"}
		w.Guarded(t, "pay", per, latency("a"), latency("b"))
		refused := func(in gate.NewEvidence, content, reason string) {
			t.Helper()
			_, err := w.Gate.Receive(w.Admin, "pay", in, []byte(content))
			want(t, err, errs.CodeInvalid, reason)
		}
		ok := string(gatetest.JUnit(6, 0, 0, 0))
		refused(gate.NewEvidence{Kind: "junit"}, ok, "service.missing")
		refused(gate.NewEvidence{Kind: "junit", Service: "cards-core"}, ok, "service.not_carried")
		refused(gate.NewEvidence{Kind: "junit", Service: "nope"}, ok, "service.unknown")
		refused(gate.NewEvidence{Kind: "junit", Criterion: "nope"}, ok, "criterion.unknown")
		refused(gate.NewEvidence{Kind: "junit", Criterion: "a"}, ok, "criterion.other_kind")
		refused(gate.NewEvidence{Kind: "fact"}, `{}`, "criterion.ambiguous")
		refused(gate.NewEvidence{Kind: "xml"}, `{}`, "word.unknown")
		refused(gate.NewEvidence{}, `{}`, "evidence.kind_missing")
		refused(gate.NewEvidence{Kind: "fact", Criterion: "a", URL: "javascript:alert(1)"}, `{}`, "url.malformed")
		refused(gate.NewEvidence{Kind: "fact", Criterion: "a"}, `{"a": 1, "a": 2}`, "gate.fact_key_twice")
		refused(gate.NewEvidence{Kind: "fact", Criterion: "a"}, ``, "gate.fact_json")
		refused(gate.NewEvidence{Kind: "junit", Service: "ledger"}, `<!DOCTYPE a [<!ENTITY b "c">]><testsuite/>`, "junit.doctype")
		refused(gate.NewEvidence{Kind: "junit", Service: "ledger"}, ``, "junit.root")
		_, err := w.Gate.Receive(w.Admin, "pay", gate.NewEvidence{Kind: "fact", Criterion: "a"}, make([]byte, gate.FactMax+1))
		want(t, err, errs.CodeTooLarge, "gate.fact_too_large")
		list, err := w.Gate.EvidenceOf(w.Admin, "pay", gate.EvidenceFilter{})
		if err != nil || len(list) != 0 {
			t.Fatalf("refused evidence left %d rows, %v", len(list), err)
		}
		e := w.Send(t, "pay", gate.NewEvidence{Kind: "junit", Service: "ledger", Source: "pipeline 88213"}, []byte(ok))
		if e.Criterion != "unit" || e.Version != "5.15.0" || e.Tests != 6 {
			t.Errorf("received as %+v", e)
		}
		_, rd, err := w.Gate.Original(w.Admin, e.ID)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(rd)
		if err != nil || string(got) != ok {
			t.Errorf("the original is %d bytes, %v", len(got), err)
		}
	})
}

func TestConditionErrorIsAReason(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := gatetest.New(t, d)
		w.Guarded(t, "pay", latency("latency"))
		w.Send(t, "pay", gate.NewEvidence{Kind: "fact"}, []byte(`{"p95_ms": 3}`))
		v := w.Verdict(t, w.Admin, "pay")
		if codes(v) != "latency:evidence.failed" || !strings.Contains(v.Reasons[0].Text, "gate.condition_no_value") {
			t.Errorf("%s: %+v", v.Word, v.Reasons)
		}
		broken := latency("latency")
		broken.Condition = "fact.p99_ms <="
		_, err := w.Gate.Set(w.Admin, "pay", "latency", 0, broken, "")
		want(t, err, errs.CodeInvalid, "gate.condition_syntax")
		_, err = w.Plans.SetTemplate(w.Admin, 0, plan.Template{Key: "bad", Name: "Bad", Criteria: []plan.CriterionSpec{broken}})
		if e := errs.As(err); e.Code != errs.CodeInvalid || e.Fields[0].Name != "criteria[0].condition" {
			t.Errorf("a template with a broken condition: %v", err)
		}
		// Another condition judges the same fact anew.
		other := latency("latency")
		other.Condition = "fact.p95_ms < 10"
		if _, err := w.Gate.Set(w.Admin, "pay", "latency", 0, other, "Agreed with the scheme."); err != nil {
			t.Fatal(err)
		}
		if v := w.Verdict(t, w.Admin, "pay"); v.Word != gate.Go {
			t.Errorf("%s: %s", v.Word, codes(v))
		}
	})
}

func TestCriteriaAreASection(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := gatetest.New(t, d)
		w.Template(t, "plain", false, suite("tests"), latency("latency"))
		r := w.From(t, "pay", "plain", plan.Approved)
		section := func() string {
			var s string
			if err := d.Read(w.Admin, func(tx *db.Tx) error {
				c, err := gate.CriteriaSection(tx, r.ID)
				if err != nil {
					return err
				}
				j, err := db.Canonical(c)
				s = string(j)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return s
		}
		authors := func() int {
			n := -1
			if err := d.Read(w.Admin, func(tx *db.Tx) error {
				p, err := gate.Authors(tx, r.ID, 0)
				n = len(p)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return n
		}
		before := section()
		if authors() != 0 {
			t.Error("what came from the template has an author")
		}
		// Writing the defaults out is no change.
		same := latency("latency")
		yes := true
		same.Mandatory = &yes
		if _, err := w.Gate.Set(w.Admin, "pay", "latency", 0, same, ""); err != nil || section() != before {
			t.Fatalf("an equal criterion changed the section: %v", err)
		}
		c, err := w.Gate.Add(w.Admin, "pay", checklist("briefed", ""), "Asked for by support.")
		if err != nil {
			t.Fatal(err)
		}
		if section() == before || authors() != 1 {
			t.Error("an added criterion is not a change of the section by its author")
		}
		now, err := w.Plans.Get(w.Admin, "pay")
		if err != nil || now.State != plan.Active {
			t.Errorf("the approved release is %s after a change, want active (%v)", now.State, err)
		}
		_, err = w.Gate.Add(w.Admin, "pay", checklist("briefed", ""), "")
		want(t, err, errs.CodeConflict, "key.taken")
		bad := checklist("Bad Key", "nobody-here")
		bad.Phase, bad.Question, bad.Condition = "nope", "why", "fact.x"
		_, err = w.Gate.Add(w.Admin, "pay", bad, "")
		for _, reason := range []string{"key.malformed", "owner.unknown", "phase.unknown", "word.unknown", "criterion.condition_unused"} {
			want(t, err, errs.CodeInvalid, reason)
		}
		changed := c.Spec
		changed.Name = "Support is briefed in person"
		if _, err := w.Gate.Set(w.Admin, "pay", "briefed", c.Rev, changed, ""); err != nil {
			t.Fatal(err)
		}
		_, err = w.Gate.Set(w.Admin, "pay", "briefed", c.Rev, changed, "")
		want(t, err, errs.CodeConflict, "row.stale")
		_, err = w.Gate.Add(authtest.Person(t, d, "cora", "contributor"), "pay", checklist("x", ""), "")
		want(t, err, errs.CodeForbidden, "auth.permission_missing")
		_, err = w.Gate.Add(authtest.Person(t, d, "outsider"), "pay", checklist("x", ""), "")
		want(t, err, errs.CodeNotFound, "release.not_found")
		want(t, w.Gate.Drop(w.Admin, "pay", "briefed", 0, ""), errs.CodeInvalid, "text.missing")
		if err := w.Gate.Drop(w.Admin, "pay", "briefed", 0, "Not needed."); err != nil {
			t.Fatal(err)
		}
		if section() != before {
			t.Error("the section is not what it was after the criterion was dropped")
		}
	})
}

func TestHeldAndFrozen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := gatetest.New(t, d)
		w.Template(t, "window", false, plan.CriterionSpec{Key: "window", Name: "Window", Kind: plan.KindWindow}, suite("tests"))
		w.From(t, "held", "window", plan.Held)
		if v := w.Verdict(t, w.Admin, "held"); v.Word != gate.NoGo || v.Reasons[0].Code != "plan.held" {
			t.Errorf("held: %s", codes(v))
		}
		w.From(t, "done", "window", plan.Active)
		w.Send(t, "done", gate.NewEvidence{Kind: "junit"}, gatetest.JUnit(6, 0, 0, 0))
		r := w.From(t, "again", "window", plan.Active)
		w.Send(t, "again", gate.NewEvidence{Kind: "junit"}, gatetest.JUnit(6, 0, 0, 0))
		for _, mark := range []func(*db.Tx) error{
			func(tx *db.Tx) error { return plan.MarkDeploying(tx, r.ID, "x") }, func(tx *db.Tx) error { return plan.MarkDeployed(tx, r.ID, "x") },
		} {
			if err := d.Write(w.Admin, mark); err != nil {
				t.Fatal(err)
			}
		}
		d.Clock().(*clock.Fake).Advance(72 * time.Hour)
		if v := w.Verdict(t, w.Admin, "done"); codes(v) != "window:window.passed" {
			t.Errorf("a release that did not go: %s", codes(v))
		}
		w.Send(t, "again", gate.NewEvidence{Kind: "junit"}, gatetest.JUnit(6, 6, 0, 0))
		if v := w.Verdict(t, w.Admin, "again"); v.Word != gate.Go {
			t.Errorf("a release that went: %s %s", v.Word, codes(v))
		}
	})
}

func TestStandingsAgreeWithVerdicts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := gatetest.New(t, d)
		w.Template(t, "many", false, suite("tests"), latency("latency"), checklist("briefed", ""))
		var rs []plan.Release
		for i := range 12 {
			key := fmt.Sprintf("pay-%d", i)
			r := w.From(t, key, "many", plan.Draft)
			rs = append(rs, r)
			if i%2 == 0 {
				w.Send(t, key, gate.NewEvidence{Kind: "junit"}, gatetest.JUnit(6, i%4/2, 0, 0))
			}
			if i%3 == 0 {
				w.Send(t, key, gate.NewEvidence{Kind: "fact"}, []byte(fmt.Sprintf(`{"p99_ms": %d}`, 300+i*20)))
			}
		}
		if err := d.Read(w.Admin, func(tx *db.Tx) error {
			of, err := w.Gate.Standings(tx, rs)
			if err != nil {
				return err
			}
			for _, r := range rs {
				v, err := w.Gate.VerdictTx(tx, r)
				if err != nil {
					return err
				}
				if s := of[r.ID]; s.Word != v.Word || s.Met != v.All.Met || s.NotMet != v.All.NotMet {
					t.Errorf("%s: %+v, the verdict says %s %+v", r.Key, s, v.Word, v.All)
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}

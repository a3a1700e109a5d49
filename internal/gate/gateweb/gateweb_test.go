package gateweb_test

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"slipway/internal/clock"
	"slipway/internal/gate"
	"slipway/internal/gate/gatetest"
	"slipway/internal/gate/gateweb"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/auth/people"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/asset"
	"slipway/internal/platform/ui/gallery"
	"slipway/internal/platform/ui/uitest"
	"slipway/internal/platform/web"
)

// place is a site with a release as the mock has it.
type place struct {
	t       *testing.T
	w       gatetest.World
	handler http.Handler
	as      context.Context
}

func rename(t *testing.T, d *db.DB, key, name string, roles ...string) context.Context {
	t.Helper()
	if err := d.Write(auth.WithSystem(t.Context()), func(tx *db.Tx) error {
		_, err := authtest.Service(t, d).Add(tx, people.NewPerson{Key: key, Name: name, Email: key + "@example.com", Zone: "Europe/Copenhagen"})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return authtest.Person(t, d, key, roles...)
}

const at = "/releases/payments-26.11.0"

// open makes the site and, unless bare, a release with criteria in every state.
func open(t *testing.T, bare bool) *place {
	t.Helper()
	d := dbtest.Open(t, db.SQLite)
	p := &place{t: t, w: gatetest.New(t, d)}
	p.as = rename(t, d, "maya", "Maya Lindqvist", "release-manager", "approver")
	people := map[string]context.Context{}
	for key, name := range map[string]string{"priya": "Priya Natarajan", "tomas": "Tomás Ferreira", "hannah": "Hannah Brandt", "jonas": "Jonas Weber", "elena": "Elena Petrova", "daniel": "Daniel Okafor"} {
		people[key] = rename(t, d, key, name, "contributor") //nolint:fatcontext // one context for each person: none nests in another
	}
	people["aisha"] = rename(t, d, "aisha", "Aisha Rahman", "approver", "service-operations")
	if bare {
		p.w.Template(t, "none", false)
		p.w.From(t, "payments-26.11.0", "none", plan.Active)
	} else {
		p.seed(people)
	}
	s := authtest.Service(t, d)
	guard := s.Guard()
	guard.Identify = func(r *http.Request) (context.Context, error) {
		i, _ := auth.Viewer(p.as)
		return auth.WithIdentity(r.Context(), i), nil
	}
	site := web.New(web.Options{Guard: guard, Shell: func(_ context.Context, v web.View) templ.Component {
		page := gallery.Page()
		page.Title, page.Active, page.Toasts = v.Title, "releases", v.Toasts
		return ui.Shell(page, v.Body)
	}})
	frame := func(pg web.Page) web.Page {
		body := pg.Body
		pg.Body = ui.Join(ui.ReleaseHeader(ui.ReleaseHead{Name: "Payments 26.11.0", Title: "Instant payee verification", Crumbs: []ui.Crumb{{Text: "Releases", Href: "/releases"}, {Text: "26.11.0"}}}),
			ui.Tabs("Release sections", []ui.Tab{{Text: "Overview", Href: at}, {Text: "Readiness", Href: at + "/readiness", Current: true}}), body)
		return pg
	}
	pages := gateweb.New(site, d, p.w.Gate, gateweb.Options{
		Page: func(w http.ResponseWriter, r *http.Request, _, _ string, pg web.Page) error {
			return site.Render(w, r, frame(pg))
		},
		Again: func(w http.ResponseWriter, r *http.Request, err error, _, _ string, pg web.Page) error {
			return site.Again(w, r, err, frame(pg))
		},
		Approvals: func(*db.Tx, plan.Release) (templ.Component, error) {
			return ui.CardBox(ui.Card{Title: "Approvals", Note: "the slot of another area"}), nil
		},
	})
	pages.Mount()
	site.Handle("GET "+at, "gate.read", func(w http.ResponseWriter, r *http.Request) error {
		var parts []templ.Component
		if err := d.Read(r.Context(), func(tx *db.Tx) error {
			rel, err := plan.ReleaseByRef(tx, "payments-26.11.0")
			if err != nil {
				return err
			}
			if err := auth.CheckSeen(tx, "gate.read", plan.Scope(rel), "release"); err != nil {
				return err
			}
			v, err := pages.Verdict(tx, rel)
			if err != nil {
				return err
			}
			c, err := pages.ReadinessCard(tx, rel)
			if v != nil {
				parts = append(parts, v)
			}
			parts = append(parts, c)
			return err
		}); err != nil {
			return err
		}
		return site.Render(w, r, frame(web.Page{Title: "Overview", Body: ui.Join(parts...)}))
	})
	h, err := site.Handler()
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle(asset.Prefix, asset.Handler())
	mux.Handle("/", h)
	p.handler = mux
	return p
}

func (p *place) seed(who map[string]context.Context) {
	t, w := p.t, p.w
	no := false
	w.Template(t, "tier-1-payments", true,
		plan.CriterionSpec{Key: "trace", Name: "Every commit has a scope item", Group: "Build", Question: "traceable", Kind: plan.KindFact, Owner: "tomas", Condition: "fact.orphans == 0", Text: "Commits between the last release and this one."},
		plan.CriterionSpec{Key: "findings", Name: "No critical finding in dependencies or images", Group: "Build", Question: "secure", Kind: plan.KindFact, Owner: "daniel", Condition: "fact.critical == 0", Evidence: &plan.EvidenceSpec{Services: []string{"payments-core", "ledger"}}},
		plan.CriterionSpec{Key: "regression", Name: "All regression suites green", Group: "Test", Question: "tested", Kind: plan.KindJUnit, Owner: "priya", Evidence: &plan.EvidenceSpec{MinTests: 100, MaxAge: "7d"}},
		plan.CriterionSpec{Key: "defects", Name: "No open severity-1 or severity-2 defect in scope", Group: "Test", Question: "tested", Kind: plan.KindJUnit, Owner: "priya", Next: "Promote build 4474."},
		plan.CriterionSpec{Key: "latency", Name: "p99 payment latency under 400 ms at 2× peak", Group: "Test", Question: "tested", Kind: plan.KindFact, Owner: "jonas", Condition: "fact.p99_ms <= 400"},
		plan.CriterionSpec{Key: "rehearsed", Name: "Back-out rehearsed on pre-prod within 14 days", Group: "Pre-production", Question: "authorised", Kind: plan.KindBackout, Owner: "elena", Rehearsed: "14d", Text: "Mandatory for Tier-1 with a schema migration."},
		plan.CriterionSpec{Key: "contacts", Name: "PSD2 incident contact list confirmed", Group: "Go/No-Go", Kind: plan.KindConfirmation, Owner: "hannah"},
		plan.CriterionSpec{Key: "briefed", Name: "Support is briefed", Group: "Go/No-Go", Kind: plan.KindConfirmation, Due: "-2h"},
		plan.CriterionSpec{Key: "window", Name: "Window booked and not in a freeze", Group: "Go/No-Go", Kind: plan.KindWindow, Owner: "maya"},
		plan.CriterionSpec{Key: "signed", Name: "Service operations approve", Group: "Go/No-Go", Question: "authorised", Kind: plan.KindApproval, Role: "service-operations", Owner: "service-operations"},
		plan.CriterionSpec{Key: "docs", Name: "Release notes are written", Group: "Go/No-Go", Kind: plan.KindConfirmation, Mandatory: &no})
	r := w.From(t, "payments-26.11.0", "tier-1-payments", plan.Active)
	clk := w.DB.Clock().(*clock.Fake)
	clk.Advance(-49 * time.Hour)
	w.Send(t, r.Key, gate.NewEvidence{Kind: "fact", Criterion: "trace", Source: "trace 4471"}, []byte(`{"commits": 61, "orphans": 0}`))
	w.Send(t, r.Key, gate.NewEvidence{Kind: "fact", Criterion: "findings", Service: "payments-core", Source: "scan 4471"}, []byte(`{"critical": 0, "medium": 2}`))
	w.Send(t, r.Key, gate.NewEvidence{Kind: "fact", Criterion: "findings", Service: "ledger", Source: "scan 4470"}, []byte(`{"critical": 0, "medium": 0}`))
	w.Send(t, r.Key, gate.NewEvidence{Kind: "junit", Criterion: "defects", Source: "pipeline 88200"}, gatetest.JUnit(40, 0, 0, 0))
	if _, err := w.Gate.Confirm(who["hannah"], r.Key, "contacts", gate.Confirmed, "All eleven numbers were called."); err != nil {
		t.Fatal(err)
	}
	clk.Advance(46 * time.Hour)
	w.Send(t, r.Key, gate.NewEvidence{Kind: "junit", Criterion: "regression", Source: "pipeline 88213", URL: "https://ci.example.com/88213"}, gatetest.JUnit(2914, 0, 0, 12))
	w.Send(t, r.Key, gate.NewEvidence{Kind: "junit", Criterion: "defects", Source: "pipeline 88214"}, gatetest.JUnit(40, 7, 0, 0))
	w.Send(t, r.Key, gate.NewEvidence{Kind: "fact", Criterion: "latency", Source: "k6 run 1107"}, []byte(`{"p99_ms": 412}`))
	waiver, err := w.Gate.Waive(who["jonas"], r.Key, "latency", gate.NewWaiver{Reason: "The peak is two weeks away", Measure: "Rate limit at 80 % of the peak", Until: db.At(dbtest.Start.Add(14 * 24 * time.Hour))})
	if err == nil {
		_, err = w.Gate.Grant(who["aisha"], r.Key, "latency", waiver.ID)
	}
	if err == nil {
		_, err = w.Gate.Waive(p.as, r.Key, "rehearsed", gate.NewWaiver{Reason: "The lock timeout is understood", Measure: "Two people watch the migration", Until: db.At(dbtest.Start.Add(40 * time.Hour))})
	}
	if err != nil {
		t.Fatal(err)
	}
	clk.Advance(3 * time.Hour)
	w.Says.BackedOut[r.ID] = gate.BackOut{Present: true, Owner: "elena", Changed: dbtest.Start.Add(-200 * time.Hour), Rehearsed: dbtest.Start.Add(-170 * time.Hour), RehearsalFailed: "step 6 of 9, lock timeout on postings_2026"}
	w.Says.Signed[r.ID] = []gate.Approval{{ID: "a", Role: "service-operations", By: string(authtest.Me(t, who["aisha"])), At: dbtest.Start.Add(-20 * time.Hour), Void: []string{"back-out"}}}
}

func (p *place) do(r *http.Request) (int, http.Header, uitest.Tree) {
	p.t.Helper()
	r.RemoteAddr = "127.0.0.1:40000"
	rec := httptest.NewRecorder()
	p.handler.ServeHTTP(rec, r)
	if rec.Code >= 300 && rec.Code < 400 {
		return rec.Code, rec.Header(), uitest.Tree{}
	}
	return rec.Code, rec.Header(), uitest.DOM(p.t, rec.Body.String())
}

func (p *place) get(path string) (int, uitest.Tree) {
	p.t.Helper()
	code, _, tree := p.do(httptest.NewRequestWithContext(p.t.Context(), http.MethodGet, path, nil))
	return code, tree
}

func (p *place) post(path string, pairs ...string) (int, string, uitest.Tree) {
	p.t.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequestWithContext(p.t.Context(), http.MethodPost, path, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	code, h, tree := p.do(r)
	return code, h.Get("Location"), tree
}

func (p *place) upload(path string, file []byte, pairs ...string) (int, string, uitest.Tree) {
	p.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for i := 0; i+1 < len(pairs); i += 2 {
		if err := m.WriteField(pairs[i], pairs[i+1]); err != nil {
			p.t.Fatal(err)
		}
	}
	f, err := m.CreateFormFile("file", "report.xml")
	if err == nil {
		_, err = f.Write(file)
	}
	if err != nil {
		p.t.Fatal(err)
	}
	m.Close()
	r := httptest.NewRequestWithContext(p.t.Context(), http.MethodPost, path, &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	code, h, tree := p.do(r)
	return code, h.Get("Location"), tree
}

func TestReadinessTab(t *testing.T) {
	p := open(t, false)
	code, page := p.get(at + "/readiness")
	if code != http.StatusOK {
		t.Fatal(code, page.Text())
	}
	page.Says(".four .sum small", "5 met")
	if n := page.Count(".critt tbody tr[id]"); n != 11 {
		t.Errorf("%d criteria", n)
	}
	page.Says("#criterion-regression", "2,902 passed, 0 failed, 12 skipped")
	page.Says("#criterion-latency", "Waived")
	page.Says("#criterion-briefed", "Not due")
	page.Says("#criterion-defects", "Promote build 4474.")
	page.Says("#way", "What would make it GO")
	page.None(".openrow")
	_, page = p.get(at + "/readiness?show=blocking")
	if n := page.Count(".critt tbody tr[id]"); n != 4 {
		t.Errorf("%d criteria block", n)
	}
	_, page = p.get(at + "/readiness?show=mine")
	if n := page.Count(".critt tbody tr[id]"); n != 1 {
		t.Errorf("%d criteria are Maya's", n)
	}
	_, page = p.get(at + "/readiness?criterion=defects")
	page.Says(".openrow", "TestPayee000")
	page.Says(".openrow", "Newer evidence replaced it.")
	page.Has(`.openrow form[action="` + at + `/criteria/defects/waive"]`)
	page.Has(`.openrow form[enctype="multipart/form-data"]`)
	_, page = p.get(at + "/readiness?criterion=rehearsed")
	page.Says(".openrow", "you asked for it, and the policy is four eyes.")
	if code, _ = p.get(at + "/readiness?criterion=nope&shwo=x"); code != http.StatusUnprocessableEntity {
		t.Errorf("an unknown parameter answered %d", code)
	}
}

func TestFormsOfACriterion(t *testing.T) {
	p := open(t, false)
	code, to, _ := p.post(at+"/criteria/briefed/confirm", "answer", "confirmed", "note", "Both shifts.")
	if code != http.StatusSeeOther || to != at+"/readiness?criterion=briefed#criterion-briefed" {
		t.Errorf("confirm: %d %s", code, to)
	}
	code, _, page := p.post(at+"/criteria/briefed/confirm", "answer", "denied")
	if code != http.StatusUnprocessableEntity {
		t.Errorf("deny without a note: %d", code)
	}
	page.Says(".err", "must not be empty")
	code, _, page = p.post(at+"/criteria/contacts/confirm", "answer", "confirmed", "note", "kept text")
	if code != http.StatusForbidden {
		t.Errorf("somebody else's: %d", code)
	}
	page.Says("textarea", "kept text")
	code, _, page = p.post(at+"/criteria/defects/waive", "reason", "No time", "measure", "", "until", "2026-11-20T06:00")
	if code != http.StatusUnprocessableEntity {
		t.Errorf("waive without a measure: %d", code)
	}
	page.Has(`#waive-measure[aria-invalid="true"]`)
	code, _, _ = p.post(at+"/criteria/defects/waive", "reason", "No time", "measure", "Half the traffic", "until", "2026-11-20T06:00")
	if code != http.StatusSeeOther {
		t.Errorf("waive: %d", code)
	}
	_, page = p.get(at + "/readiness?criterion=defects")
	page.Says(".openrow", "A waiver is asked for")
	code, _, _ = p.post(at + "/criteria/defects/grant")
	if code != http.StatusConflict {
		t.Errorf("grant one's own: %d", code)
	}
	code, _, page = p.post(at + "/criteria/defects/unwaive")
	if code != http.StatusUnprocessableEntity {
		t.Errorf("end without a reason: %d", code)
	}
	page.Has(`#unwaive-reason[aria-invalid="true"]`)
	if code, _, _ = p.post(at+"/criteria/defects/unwaive", "reason", "Fixed"); code != http.StatusSeeOther {
		t.Errorf("end: %d", code)
	}
}

func TestEvidencePageAndUpload(t *testing.T) {
	p := open(t, false)
	code, page := p.get(at + "/evidence")
	if code != http.StatusOK || page.Count("#evidence-list tbody tr") != 7 {
		t.Errorf("%d, %d rows", code, page.Count("#evidence-list tbody tr"))
	}
	_, page = p.get(at + "/evidence?criterion=trace&kind=junit")
	page.Says(".empty", "Nothing matches")
	code, to, _ := p.upload(at+"/evidence", gatetest.JUnit(40, 0, 0, 0), "kind", "junit", "criterion", "defects", "source", "by hand")
	if code != http.StatusSeeOther || !strings.Contains(to, "criterion=defects") {
		t.Errorf("upload: %d %s", code, to)
	}
	code, _, page = p.upload(at+"/evidence", []byte("<testsuite>\n<testcase name='a'>\n"), "kind", "junit", "criterion", "defects", "source", "by hand")
	if code != http.StatusUnprocessableEntity {
		t.Errorf("a broken report: %d", code)
	}
	page.Says("#send-file-err", "Line 3")
	page.Has(`#send-source[value="by hand"]`)
	for range 55 {
		p.w.Send(t, "payments-26.11.0", gate.NewEvidence{Kind: "fact", Criterion: "latency"}, []byte(`{"p99_ms": 390}`))
		p.w.DB.Clock().(*clock.Fake).Advance(time.Second)
	}
	_, page = p.get(at + "/evidence")
	next := page.One(`.pager a[rel="next"]`).Attr("href")
	_, page = p.get(next)
	if n := page.Count("#evidence-list tbody tr"); n != 13 {
		t.Errorf("%d rows on the second page", n)
	}
	id := ""
	if l, err := p.w.Gate.EvidenceOf(p.as, "payments-26.11.0", gate.EvidenceFilter{Limit: 1}); err == nil && len(l) == 1 {
		id = l[0].ID
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/evidence/"+id+"/original", nil)
	r.RemoteAddr = "127.0.0.1:40000"
	rec := httptest.NewRecorder()
	p.handler.ServeHTTP(rec, r)
	if rec.Code != http.StatusOK || rec.Body.String() != `{"p99_ms": 390}` || !strings.HasPrefix(rec.Header().Get("Content-Disposition"), "attachment") {
		t.Errorf("original: %d %q %v", rec.Code, rec.Body.String(), rec.Header())
	}
}

func TestCriterionForm(t *testing.T) {
	p := open(t, false)
	code, page := p.get(at + "/criteria/new")
	if code != http.StatusOK {
		t.Fatal(code)
	}
	page.Has("#c-key")
	code, _, page = p.post(at+"/criteria", "key", "Bad Key", "name", "X", "kind", "fact", "condition", "fact.x +")
	if code != http.StatusUnprocessableEntity {
		t.Errorf("a bad criterion: %d", code)
	}
	page.Has(`#c-key[aria-invalid="true"]`)
	page.Has(`#c-condition[aria-invalid="true"]`)
	if code, to, _ := p.post(at+"/criteria", "key", "smoke", "name", "Smoke tests pass", "kind", "junit", "group", "Test", "minTests", "5", "subject", "release", "advisory", "on"); code != http.StatusSeeOther || !strings.Contains(to, "criterion=smoke") {
		t.Errorf("add: %d %s", code, to)
	}
	_, page = p.get(at + "/criteria/smoke/edit")
	page.Has(`#c-minTests[value="5"]`)
	page.Has(`#c-advisory[checked]`)
	if code, _, _ := p.post(at+"/criteria/smoke", "key", "smoke", "rev", "1", "name", "Smoke tests pass twice", "kind", "junit"); code != http.StatusSeeOther {
		t.Errorf("set: %d", code)
	}
	code, _, page = p.post(at+"/criteria/smoke", "key", "smoke", "rev", "1", "name", "Mine", "kind", "junit")
	if code != http.StatusConflict {
		t.Errorf("stale: %d", code)
	}
	page.Says("form .note", "Not saved.")
	page.Has(`#c-name[value="Mine"]`)
	if code, _, _ := p.post(at+"/criteria/smoke/drop", "rev", "2", "reason", ""); code != http.StatusUnprocessableEntity {
		t.Errorf("drop without a reason: %d", code)
	}
	if code, _, _ := p.post(at+"/criteria/smoke/drop", "rev", "2", "reason", "Not needed"); code != http.StatusSeeOther {
		t.Errorf("drop: %d", code)
	}
	p.as = authtest.Person(t, p.w.DB, "vera", "viewer")
	if code, _ := p.get(at + "/criteria/new"); code != http.StatusForbidden {
		t.Errorf("a viewer gets the form: %d", code)
	}
	_, page = p.get(at + "/readiness?criterion=contacts")
	page.Says("#why-edit-contacts-change-this-criterion", "only a release manager of Payments")
}

func TestNothingYet(t *testing.T) {
	p := open(t, true)
	_, page := p.get(at + "/readiness")
	page.Says(".empty", "No criteria")
	page.Says("#way", "Add criteria")
	_, page = p.get(at + "/evidence")
	page.Says(".empty", "No evidence yet")
	_, page = p.get(at)
	page.Says(".verdict .word", "NO-GO")
}

func TestOverviewPanels(t *testing.T) {
	p := open(t, false)
	_, page := p.get(at)
	page.Says(".verdict .why h2", "Three mandatory criteria are not met")
	page.Says(".verdict .reasons", "is waived")
	page.Says("#readiness", "Build")
	if text := page.One(".verdict").Text(); strings.Contains(text, fmt.Sprint(authtest.Me(t, p.as))) || !strings.Contains(text, "Aisha Rahman") {
		t.Errorf("people are not named: %s", text)
	}
}

func TestPagesInABrowser(t *testing.T) {
	p := open(t, false)
	srv := httptest.NewServer(p.handler)
	t.Cleanup(srv.Close)
	for name, path := range map[string]string{"readiness": at + "/readiness?criterion=rehearsed", "proofs": at + "/readiness?criterion=defects", "confirm": at + "/readiness?criterion=briefed",
		"evidence": at + "/evidence", "overview": at, "edit": at + "/criteria/regression/edit"} {
		t.Run(name, func(t *testing.T) {
			ctx := uitest.Browser(t)
			uitest.Axe(t, ctx, srv.URL+path)
			for _, l := range uitest.Looks {
				uitest.Open(t, ctx, srv.URL+path, l)
				uitest.FullShot(t, ctx, l, "")
			}
		})
	}
}

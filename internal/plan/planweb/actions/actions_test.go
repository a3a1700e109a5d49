package actions_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"slipway/internal/catalog"
	"slipway/internal/clock"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/plan/action"
	"slipway/internal/plan/plantest"
	"slipway/internal/plan/planweb/actions"
	"slipway/internal/plan/register"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/httpx"
	"slipway/internal/platform/ledger/ledgertest"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/asset"
	"slipway/internal/platform/ui/uitest"
	"slipway/internal/platform/web"
)

// world is a bank with one release and its register of actions.
type world struct {
	plantest.World
	register                *register.Register
	release                 plan.Release
	maya, ines, omar, viola context.Context // a release manager, a contributor, an approver, a viewer
}

func bank(t *testing.T, d *db.DB) world {
	t.Helper()
	authtest.Service(t, d, catalog.Permissions, plan.Permissions, register.Permissions)
	w := world{World: plantest.New(t, d)}
	w.register = register.New(d, register.Options{Source: func(_ *db.Tx, kind, ref string) (register.Found, error) {
		switch {
		case kind != register.SourceRisk:
			return register.Found{}, nil
		case ref != "R-1":
			return register.Found{}, errs.NotFound("risk.not_found", "No.")
		}
		return register.Found{Source: register.Source{Kind: kind, Ref: ref, Name: "R-1, No way back", URL: "/risks/R-1"}, Product: w.Payments.ID}, nil
	}})
	w.release = w.Release(t, "payments-26.11.0", plan.Active)
	scope := "@product/" + string(w.Payments.ID)
	w.maya = authtest.Person(t, d, "maya", "release-manager"+scope)
	w.ines = authtest.Person(t, d, "ines", "contributor"+scope)
	w.omar = authtest.Person(t, d, "omar", "approver"+scope)
	w.viola = authtest.Person(t, d, "viola", "viewer"+scope)
	return w
}

func (w world) add(t *testing.T, in register.Spec) register.Action {
	t.Helper()
	if in.Product == "" {
		in.Product = "payments"
	}
	a, err := w.register.Add(w.Admin, in)
	if err != nil {
		t.Fatal(err, errs.As(err).Fields)
	}
	return a
}

func in(d time.Duration) db.Time { return db.At(dbtest.Start.Add(d)) }

// place is a server on which everybody is the person of one context.
type place struct {
	t   *testing.T
	url string
	c   *http.Client
}

func open(t *testing.T, w world, as context.Context) *place {
	t.Helper()
	s := authtest.Service(t, w.DB)
	who := authtest.Me(t, as)
	guard := s.Guard()
	guard.Identify = func(r *http.Request) (context.Context, error) { return s.WithPerson(r.Context(), who) }
	shell := func(ctx context.Context, v web.View) templ.Component {
		viewer, _ := auth.Viewer(ctx)
		p := ui.Page{Title: v.Title, Org: "Aldermoor Bank", Active: v.Nav, Scheme: v.Scheme, Now: w.DB.Clock().Now(), Toasts: v.Toasts, Path: v.Path, Profile: "/profile",
			Nav: []ui.NavItem{{Key: "actions", Label: "Actions", Icon: "circle-check-big", Href: "/actions", Go: "x"}}}
		p.Viewer = &ui.Viewer{Person: ui.Person{ID: string(viewer.Person), Name: viewer.Name}, Role: viewer.Role, Zone: viewer.Zone(), Lang: viewer.Locale}
		return ui.Shell(p, v.Body)
	}
	site := web.New(web.Options{Guard: guard, Shell: shell})
	actions.New(site, w.DB, w.register).Mount()
	h, err := site.Handler()
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle(asset.Prefix, asset.Handler())
	mux.Handle("/", h)
	edge, err := httpx.Handler(mux, httpx.Options{})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(edge)
	t.Cleanup(srv.Close)
	jar, _ := cookiejar.New(nil)
	return &place{t, srv.URL, &http.Client{Jar: jar}}
}

func (p *place) do(r *http.Request, want int) (*http.Response, string) {
	p.t.Helper()
	res, err := p.c.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	if res.StatusCode != want {
		p.t.Fatalf("%s %s: status %d, want %d: %.3000s", r.Method, r.URL.Path, res.StatusCode, want, b)
	}
	return res, string(b)
}

func (p *place) raw(path string, want int) (*http.Response, string) {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, p.url+path, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	return p.do(r, want)
}

func (p *place) get(path string) uitest.Tree {
	p.t.Helper()
	_, b := p.raw(path, 200)
	return uitest.DOM(p.t, b)
}

// post sends a form and follows where it leads, which it returns without the server's address.
func (p *place) post(path string, want int, pairs ...string) (string, uitest.Tree) {
	p.t.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return p.send(path, want, "application/x-www-form-urlencoded", strings.NewReader(v.Encode()))
}

func (p *place) send(path string, want int, kind string, body io.Reader) (string, uitest.Tree) {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, p.url+path, body)
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Origin", p.url)
	res, b := p.do(r, want)
	return res.Request.URL.RequestURI(), uitest.DOM(p.t, b)
}

func TestTheListIsInGroups(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		w := bank(t, d)
		p := open(t, w, w.ines)
		p.get("/actions").Says(".empty h2", "No open actions")
		w.add(t, register.Spec{Title: "Too late", Owner: "ines", Due: in(time.Hour), Source: action.Audit, Ref: "Q3, finding 4"})
		w.add(t, register.Spec{Title: "Soon", Owner: "omar", Due: in(3 * time.Hour), Release: w.release.Key, Source: action.Meeting, Ref: "Readiness review"})
		w.add(t, register.Spec{Title: "Whenever", Owner: "ines"})
		w.add(t, register.Spec{Title: "In a month", Owner: "ines", Due: in(30 * 24 * time.Hour), Source: action.Risk, Ref: "R-1"})
		said := w.add(t, register.Spec{Title: "Shown", Owner: "ines", Due: in(time.Hour), ClosesWith: "a test"})
		gone := w.add(t, register.Spec{Title: "Let go", Owner: "ines"})
		if _, err := w.register.Done(w.ines, said.Key, 0, register.Shown{Text: "seen"}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.register.Drop(w.Admin, gone.Key, 0, "no"); err != nil {
			t.Fatal(err)
		}
		d.Clock().(*clock.Fake).Advance(2 * time.Hour)
		page := p.get("/actions")
		if got := strings.Join(page.Texts("tr.grp td"), "|"); got != "Overdue, 1|This week, 1|Waits for proof, 1|Later, 1|Without a date, 1" {
			t.Errorf("groups %s", got)
		}
		page.Says(".pagehead .sub", "5 open: 1 overdue, 1 waits for proof.")
		if got := strings.Join(page.Texts("tbody a.t"), "|"); got != "Too late|Soon|Shown|In a month|Whenever" {
			t.Errorf("rows %s", got)
		}
		page.Says("#action-A-1", "1 h late, yours")
		page.Has("#action-A-1 td.nogot")
		page.Has("#action-A-1 svg[data-s=nogo]")
		page.Says("#action-A-4", "Risk R-1")
		if got := strings.Join(page.Texts(".filters a.chip b"), "|"); got != "5|1|4|1|0" {
			t.Errorf("chips %s", got)
		}
		for show, want := range map[string]string{"show=overdue": "Too late", "show=mine": "Too late|Shown|In a month|Whenever", "show=proof": "Shown", "show=ended": "Let go", "source=audit": "Too late",
			"release=" + w.release.Key: "Soon", "q=month": "In a month", "q=readiness": "Soon"} {
			if got := strings.Join(p.get("/actions?"+show).Texts("tbody a.t"), "|"); got != want {
				t.Errorf("%s: %s, want %s", show, got, want)
			}
		}
		p.get("/actions?release="+w.release.Key).Says(".filters", "Only "+w.release.Name)
		p.get("/actions?q=nothing").Says(".empty h2", "No action passes this filter")
		p.raw("/actions?show=odd", 422)
		p.raw("/actions?source=odd", 422)
		p.raw("/actions?sel=A-99", 404)
		p.raw("/actions/A-99", 404)

		ledgertest.Actions(t, l)
		card := p.get("/actions?sel=A-4")
		card.Says("#action-card h2", "In a month")
		card.Says(`#action-card a[href="/risks/R-1"]`, "Risk R-1, No way back")
		card.Has("#action-A-4.sel")
		card.Says("#action-card .act-log", "added it")
		res, table := p.raw("/actions.csv?show=mine", 200)
		if n := strings.Count(table, "\n"); n != 5 || !strings.Contains(table, "A-5,Shown,said to be done,") || res.Header.Get("Content-Type") != "text/csv; charset=utf-8" {
			t.Errorf("%d lines: %s", n, table)
		}
	})
}

func TestAnActionIsAddedChangedAndClosedOnItsPages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		w := bank(t, d)
		maya, ines, omar, viola := open(t, w, w.maya), open(t, w, w.ines), open(t, w, w.omar), open(t, w, w.viola)
		viola.get("/actions").Says(".pagehead .unavail", "action.add")
		viola.get("/actions/new").Says(".unavail", "action.add")
		form := maya.get("/actions/new?source=risk&ref=R-1")
		form.Has(`select[name=source] option[value=risk][selected]`)
		form.Has(`input[name=ref][value="R-1"]`)
		form.Has(`input[name=proof][checked]`)
		_, again := maya.post("/actions/new", 422, "title", "", "text", "Kept", "owner", "ines", "source", "risk", "ref", "R-9", "due", "2020-01-01T10:00", "product", "payments")
		again.Says("#title-err", "must not be empty")
		again.Says("#ref-err", "There is no risk")
		again.Says("#due-err", "due in the future")
		again.Says("textarea[name=text]", "Kept")
		_, soon := maya.post("/actions/new", 422, "title", "x", "owner", "ines", "due", "soon", "product", "payments")
		soon.Says("#due-err", "Give a date and a time")
		at, one := maya.post("/actions/new", 200, "title", "Rehearse the way back", "owner", "ines", "source", "risk", "ref", "R-1", "due", "2026-11-29T10:00", "closesWith", "it passes", "proof", "on")
		if at != "/actions/A-1" {
			t.Fatalf("it leads to %s", at)
		}
		one.Says("main", "Rehearse the way back")
		maya.get("/actions/A-1/edit").Has(`input[name=closesWith][value="it passes"]`)
		maya.post("/actions/A-1", 200, "rev", "1", "title", "Rehearse the way back twice", "owner", "ines", "due", "2026-11-29T10:00", "closesWith", "it passes", "proof", "on", "note", "once is luck")
		maya.post("/actions/A-1", 409, "rev", "1", "title", "Lost", "owner", "ines", "due", "2026-11-29T10:00", "proof", "on")
		maya.post("/actions/A-1", 422, "rev", "2", "title", "x", "owner", "", "due", "", "proof", "on")
		omar.get("/actions/A-1/edit").Says("#action-form .unavail", "not yours")
		omar.get("/actions/A-1").Says("#do-done .unavail", "not yours")
		omar.post("/actions/A-1/start", 403)
		at, list := ines.post("/actions/A-1/start", 200, "rev", "2", "back", "sel=A-1&show=mine")
		if at != "/actions?sel=A-1&show=mine" {
			t.Errorf("it leads to %s", at)
		}
		list.Says("#action-A-1", "started")
		list.Has(`#quick-done[href="/actions?do=done&sel=A-1&show=mine#shown-text"]`)
		ines.get("/actions?sel=A-1&do=done").Has(`#asked form[action="/actions/A-1/done"] input[type=file]`)
		if at, _ := maya.post("/actions/A-1/drop", 422, "rev", "3", "note", "", "back", "sel=A-9"); at != "/actions/A-1/drop" {
			t.Errorf("a list that is not there: %s", at)
		}
		_, none := ines.post("/actions/A-1/done", 422, "rev", "3", "text", "", "url", "")
		none.Says("#shown-text-err", "It closes with proof")
		ines.post("/actions/A-1", 403, "rev", "3", "title", "x", "owner", "ines", "due", "", "closesWith", "") // without proof

		content := []byte(`{"passed": true}`)
		var body bytes.Buffer
		m := multipart.NewWriter(&body)
		for k, v := range map[string]string{"rev": "3", "text": "Run 32", "url": ""} {
			if err := m.WriteField(k, v); err != nil {
				t.Fatal(err)
			}
		}
		part, err := m.CreateFormFile("file", "Übung.json")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(content); err != nil {
			t.Fatal(err)
		}
		if err := m.Close(); err != nil {
			t.Fatal(err)
		}
		_, said := ines.send("/actions/A-1/done", 200, m.FormDataContentType(), &body)
		said.Says("#action-card", "Waits for proof")
		said.Says("#do-close .unavail", "You did A-1 yourself")
		sum := sha256.Sum256(content)
		digest := hex.EncodeToString(sum[:])
		said.Has(`.hash[title="sha256:` + digest + `"]`)
		said.Says(".file .st", "digest matches")
		res, got := viola.raw("/actions/A-1/proof", 200)
		if got != string(content) || res.Header.Get("Digest") != "sha-256="+digest || !strings.Contains(res.Header.Get("Content-Disposition"), "attachment; filename*=utf-8''%C3%9Cbung.json") {
			t.Errorf("%s %v", got, res.Header)
		}
		viola.get("/actions/A-1").Says("#do-close .unavail", "Close actions of others as proven")
		ines.post("/actions/A-1/close", 403, "rev", "4")
		viola.post("/actions/A-1/close", 403, "rev", "4")
		_, unsaid := omar.post("/actions/A-1/back", 422, "rev", "4", "note", "")
		unsaid.Says("#note-back-err", "must not be empty")
		unsaid.None("#note-drop-err")
		beside := omar.get("/actions?sel=A-1&do=back&q=back")
		beside.Has(`#action-card #asked form[action="/actions/A-1/back"] #note-back`)
		beside.Has(`#asked a[href="/actions?q=back&sel=A-1#action-card"]`)
		beside.None("#quick-close")
		ines.get("/actions?sel=A-1&do=back").None("#asked") // who said it does not judge it
		_, unsaid = omar.post("/actions/A-1/back", 422, "rev", "4", "note", "", "back", "do=back&q=back&sel=A-1")
		unsaid.Says("#action-card #note-back-err", "must not be empty")
		unsaid.Has("#action-A-1.sel")
		_, stale := omar.post("/actions/A-1/close", 409, "rev", "3", "back", "sel=A-1")
		stale.Says("#action-card .note", "Not saved")
		card := omar.get("/actions?sel=A-1")
		card.Says("#action-card", "You may close it. The owner may not.")
		card.Has(`#action-card form[action="/actions/A-1/close"] input[name=back]`)
		_, closed := omar.post("/actions/A-1/close", 200, "rev", "4", "note", "seen")
		closed.Says("#action-card .pill", "Closed")
		ledgertest.Actions(t, l)
		maya.get("/actions/A-1").Says("#action-card .act-log", "closed it: seen")
		omar.post("/actions/A-1/close", 409, "rev", "5")
		omar.post("/actions/A-1/burn", 404)
		_, up := maya.post("/actions/A-1/reopen", 200, "rev", "5", "note", "It failed")
		up.None(".file")
		maya.raw("/actions/A-1/proof", 404)
		maya.post("/actions/A-1/drop", 200, "rev", "6", "note", "No longer needed")
		maya.get("/actions?show=ended").Says("#action-A-1", "Rehearse the way back twice")
	})
}

// A condition of a go/no-go is settled in its room: the page leads there and settles nothing.
func TestAConditionLeadsToItsRoom(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := bank(t, d)
		err := d.Write(w.Admin, func(tx *db.Tx) error {
			return plan.FollowAction(tx, w.release, plan.Mirror{Title: "Second DBA on the bridge", Owner: authtest.Me(t, w.ines), Gates: true,
				Source: plan.ActionSource{Kind: plan.SourceCondition, Ref: "c1", Name: "Go/no-go of " + w.release.Name, URL: "/releases/" + w.release.Key + "/go-no-go"}})
		})
		if err != nil {
			t.Fatal(err)
		}
		p := open(t, w, w.ines)
		p.get("/actions?show=gating").Says("#action-A-1", "gates the release")
		room := `a[href="/releases/` + w.release.Key + `/go-no-go"]`
		p.get("/actions?sel=A-1").Has("#action-card .btns " + room)
		one := p.get("/actions/A-1")
		one.Has("main " + room)
		one.None("form[action^='/actions/A-1']")
		one.Says("main", "Settled elsewhere")
		p.get("/actions?source=condition").Has("#action-A-1")
		p.post("/actions/A-1/done", 409, "text", "x")
	})
}

// TestLooks opens the pages in a browser with axe, in both schemes, on a desk and on a phone.
func TestLooks(t *testing.T) {
	tab := uitest.Browser(t)
	d := dbtest.Open(t, db.SQLite)
	w := bank(t, d)
	w.add(t, register.Spec{Title: "Too late", Owner: "ines", Due: in(time.Hour), Source: action.Audit, Ref: "Q3, finding 4", ClosesWith: "2 entries"})
	w.add(t, register.Spec{Title: "Rehearse the back-out of the ledger migration", Owner: "omar", Due: in(3 * time.Hour), Release: w.release.Key, Source: action.Risk, Ref: "R-1", ClosesWith: "rehearsal passed"})
	a := w.add(t, register.Spec{Title: "Alert on lock wait over 1 s on ledger-db", Owner: "ines", Due: in(time.Hour), Source: action.Review, Ref: "Cards 26.11.0", ClosesWith: "alert test-fired"})
	if _, err := w.register.Prove(w.ines, a.Key, 0, register.Shown{Text: "Fired at 15:09"}, "fired.json", []byte("{}")); err != nil {
		t.Fatal(err)
	}
	d.Clock().(*clock.Fake).Advance(2 * time.Hour)
	p := open(t, w, w.maya)
	for name, path := range map[string]string{"list": "/actions", "selected": "/actions?sel=A-3", "one": "/actions/A-1", "said": "/actions/A-3", "new": "/actions/new", "edit": "/actions/A-1/edit"} {
		for _, l := range uitest.Looks {
			uitest.Open(t, tab, p.url+path, l)
			uitest.CheckReflow(t, tab, l)
			for _, f := range uitest.Findings(t, tab, l) {
				t.Errorf("%s: %s", name, f)
			}
			uitest.FullShot(t, tab, l, name)
		}
	}
}

// The card of the actions of a risk stands on its page, with the way to add one.
func TestPanel(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := bank(t, d)
		s := web.New(web.Options{Guard: authtest.Service(t, d).Guard()})
		p := actions.New(s, d, w.register)
		from := actions.From{Kind: action.Risk, Ref: "R-1", Scope: auth.Scope("product/" + string(w.Payments.ID))}
		draw := func(as context.Context, from actions.From) (c templ.Component) {
			t.Helper()
			err := d.Read(as, func(tx *db.Tx) (err error) {
				c, err = p.Panel(tx, from)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		none := uitest.Render(t, draw(w.ines, from))
		none.Says("header h2", "Actions")
		none.Has(`#add-action[href="/actions/new?ref=R-1&source=risk"]`)
		w.add(t, register.Spec{Title: "Rehearse", Owner: "ines", Due: in(time.Hour), Source: action.Risk, Ref: "R-1", ClosesWith: "it passes"})
		w.add(t, register.Spec{Title: "Elsewhere", Owner: "ines"})
		one := uitest.Render(t, draw(w.viola, from))
		one.Says("header .n", "1 open of 1")
		one.Says("#action-A-1", "Rehearse")
		one.Says(".unavail", "action.add")
		ended := from
		ended.Ended = "the risk is closed."
		uitest.Render(t, draw(w.ines, ended)).Says(".unavail", "the risk is closed")
		elsewhere := from
		elsewhere.Scope = auth.Scope("product/" + string(w.Cards.ID))
		if draw(w.ines, elsewhere) != nil {
			t.Error("somebody without the right sees the card")
		}
	})
}

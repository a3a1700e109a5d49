package decideweb_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"slipway/internal/clock"
	"slipway/internal/decide"
	"slipway/internal/decide/decidetest"
	"slipway/internal/decide/decideweb"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/httpx"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/asset"
	"slipway/internal/platform/ui/uitest"
	"slipway/internal/platform/web"
)

// place is a server on which somebody acts.
type place struct {
	t   *testing.T
	url string
	as  context.Context
	w   decidetest.World
}

func open(t *testing.T, w decidetest.World) *place {
	t.Helper()
	p := &place{t: t, w: w, as: w.Maya}
	s := authtest.Service(t, w.DB)
	guard := s.Guard()
	guard.Identify = func(r *http.Request) (context.Context, error) { return s.WithPerson(r.Context(), authtest.Me(t, p.as)) }
	shell := func(ctx context.Context, v web.View) templ.Component {
		viewer, _ := auth.Viewer(ctx)
		page := ui.Page{Title: v.Title, Org: "Aldermoor Bank", Active: v.Nav, Scheme: v.Scheme, Now: w.DB.Clock().Now(), Toasts: v.Toasts, Path: v.Path, Profile: "/profile",
			Nav: []ui.NavItem{{Key: "releases", Label: "Releases", Icon: "package", Href: "/releases", Go: "r"}, {Key: "go-no-go", Label: "Go/No-Go", Icon: "vote", Href: "/go-no-go", Go: "d"}}}
		page.Viewer = &ui.Viewer{Person: ui.Person{ID: string(viewer.Person), Name: viewer.Name}, Role: viewer.Role, Zone: viewer.Zone(), Lang: viewer.Locale}
		return ui.Shell(page, v.Body)
	}
	site := web.New(web.Options{Guard: guard, Shell: shell})
	pages := decideweb.New(site, w.DB, w.Decisions, w.Gate)
	pages.Mount()
	site.Handle("GET /releases/{ref}/panel", "approval.read", func(rw http.ResponseWriter, r *http.Request) error {
		var body templ.Component
		err := w.DB.Read(r.Context(), func(tx *db.Tx) error {
			rel, err := plan.ReleaseByRef(tx, r.PathValue("ref"))
			if err != nil {
				return err
			}
			if err := auth.CheckSeen(tx, "approval.read", plan.Scope(rel), "release"); err != nil {
				return err
			}
			body, err = pages.ApprovalsPanel(tx, rel)
			return err
		})
		if err != nil {
			return err
		}
		return site.Render(rw, r, web.Page{Title: "Panel", Nav: "releases", Body: ui.Join(ui.PageHead("Readiness", "The slot of a release's page."), body)})
	})
	h, err := site.Handler()
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/static/", asset.Handler())
	mux.Handle("/", h)
	edge, err := httpx.Handler(mux, httpx.Options{})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(edge)
	t.Cleanup(srv.Close)
	p.url = srv.URL
	return p
}

func (p *place) do(r *http.Request, want int) (string, uitest.Tree) {
	p.t.Helper()
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	if res.StatusCode != want {
		p.t.Fatalf("%s %s: status %d, want %d: %.3000s", r.Method, r.URL.Path, res.StatusCode, want, uitest.DOM(p.t, string(b)).One("body").Text())
	}
	return res.Request.URL.Path, uitest.DOM(p.t, string(b))
}

func (p *place) get(path string, want int) uitest.Tree {
	p.t.Helper()
	r, _ := http.NewRequestWithContext(p.t.Context(), http.MethodGet, p.url+path, http.NoBody)
	_, d := p.do(r, want)
	return d
}

func (p *place) post(path string, want int, pairs ...string) (string, uitest.Tree) {
	p.t.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	r, _ := http.NewRequestWithContext(p.t.Context(), http.MethodPost, p.url+path, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", p.url)
	return p.do(r, want)
}

// says fails unless one of the elements has the text.
func says(t *testing.T, d uitest.Tree, sel, want string) {
	t.Helper()
	got := d.Texts(sel)
	for _, s := range got {
		if strings.Contains(s, want) {
			return
		}
	}
	t.Errorf("%s says %q, want %q", sel, got, want)
}

const release = "/releases/payments-26.11.0"

// night seeds what the mocks show: a void approval, a decided refusal, a poll in session.
func night(t *testing.T, p *place, polled bool) plan.Release {
	t.Helper()
	w := p.w
	c := w.DB.Clock().(*clock.Fake)
	c.Set(dbtest.Start.AddDate(0, 0, -9))
	r := w.Release(t, "payments-26.11.0", plan.Active)
	w.Sign(t, w.Elena, r, "database")
	c.Set(dbtest.Start.Add(-2 * time.Hour))
	if _, err := w.Decisions.Sign(w.Priya, r.Key, "qa", decide.NewSignature{Comment: "212 tests, all green"}); err != nil {
		t.Fatal(err)
	}
	c.Set(dbtest.Start.Add(-70 * time.Minute))
	w.BackOut.Content = decidetest.Runbook{Steps: []decidetest.Step{{Name: "Reverse migration", How: "batches of 5,000, lock_timeout 3s", Minutes: 22}, {Name: "Start the old version", How: "Blue", Minutes: 4}}}
	w.BackOut.Changes = []decide.Change{{At: db.At(c.Now()), Person: authtest.Me(t, w.Tomas), Reason: "Rehearsal 31 failed"}}
	c.Set(dbtest.Start.Add(-30 * time.Minute))
	if _, err := w.Decisions.Decline(w.Daniel, r.Key, "security", decide.NewRefusal{Ground: "evidence", Wanted: "A scan of build 4474"}); err != nil {
		t.Fatal(err)
	}
	if polled {
		c.Set(dbtest.Start.Add(-8 * time.Minute))
		w.Open(t, r)
		c.Set(dbtest.Start.Add(-6 * time.Minute))
		if _, err := w.Decisions.Answer(w.Priya, r.Key, "qa", decide.NewAnswer{Answer: "no-go", Comment: "PAY-2291 can pay twice. No."}); err != nil {
			t.Fatal(err)
		}
		c.Set(dbtest.Start.Add(-5 * time.Minute))
		if _, err := w.Decisions.Answer(w.Elena, r.Key, "database", decide.NewAnswer{Answer: "go-if", Conditions: []decide.NewCondition{
			{Text: "Build 4474 replaces 4471, 212 payment tests green", Owner: "tomas", Verifier: "priya", Due: db.At(dbtest.Start.Add(2 * time.Hour))},
			{Text: "Second DBA on the bridge 21:00 to 23:30", Owner: "elena", Verifier: "aisha"}}}); err != nil {
			t.Fatal(err)
		}
	}
	c.Set(dbtest.Start)
	return r
}

func TestApprovalsPanel(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	p := open(t, decidetest.New(t, d))
	night(t, p, false)
	page := p.get(release+"/panel", 200)
	says(t, page, "#approvals .n", "1 of 4 valid")
	void := page.One("li.void")
	says(t, void, ".t", "Database voided")
	says(t, void, ".m", "Elena Petrova")
	says(t, void, ".since", "The back-out changed after the signature.")
	says(t, void, ".since", "Tomas Ferreira")
	says(t, void, ".diff del", "one transaction, lock_timeout 60s")
	says(t, void, ".diff ins", "batches of 5,000, lock_timeout 3s")
	says(t, void, ".since", "Unchanged: manifest and runbook.")
	if page.Count("#sign-qa") != 0 {
		t.Error("Maya holds no role and sees a button to sign")
	}
	page.Has("#ask-security")
	p.as = p.w.Elena
	page = p.get(release+"/panel", 200)
	says(t, page, "#sign-database", "Look and sign again")
	page.None("#ask-security")
	p.as = p.w.Aisha
	page = p.get(release+"/panel", 200)
	says(t, page, "#approvals", "Not available: service operations signs after Database and Information security.")
}

func TestApprove(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	p := open(t, decidetest.New(t, d))
	night(t, p, false)
	p.as = p.w.Elena
	page := p.get(release+"/approve", 200) // the first role of hers
	says(t, page, ".aphead", "your signature, as Database")
	says(t, page, ".apv", "NO-GO")
	says(t, page, "h2", "What changed since you signed")
	says(t, page, ".same", "Unchanged: manifest and runbook")
	says(t, page, "details", "Manifest: the exact versions")
	page.Has("form.sign input[name=content]")
	content := page.One("form.sign input[name=content]").Attr("value")
	_, again := p.post(release+"/approve", 409, "role", "database", "content", "sha256:old", "comment", "My words")
	says(t, again, ".note", "Look at it as it is now")
	if got := again.One("#comment").Text(); got != "My words" {
		t.Errorf("what was typed is gone: %q", got)
	}
	where, page := p.post(release+"/approve", 200, "role", "database", "content", content, "comment", "Seen")
	if where != release+"/approve" {
		t.Errorf("went to %s", where)
	}
	says(t, page, "form.sign", "Signed")
	_, page = p.post(release+"/approve/withdraw", 200, "role", "database", "reason", "Wait")
	page.Has("#sign")
	_, again = p.post(release+"/approve/decline", 422, "role", "database", "ground", "time", "wanted", "")
	says(t, again, ".err", "must not be empty")
	_, page = p.post(release+"/approve/decline", 200, "role", "database", "ground", "time", "wanted", "Another night")
	says(t, page, "form.sign", "Declined")
	p.as = p.w.Tomas
	page = p.get(release+"/approve?role=database", 200)
	says(t, page, "form.sign .unavail", "Not available: ")
	page = p.get(release+"/approve", 200)
	says(t, page, ".aphead", "none of the roles")
	p.get(release+"/approve?role=moon", 404)
	p.get(release+"/approve?rolle=qa", 422)
	_, page = p.post(release+"/approve/ask", 200, "role", "security", "person", "daniel", "note", "Before noon")
	says(t, page, "details", "Before noon")
	p.as = authtest.Person(t, d, "carla", auth.RoleReleaseManager+"@product/"+string(p.w.Cards.ID))
	p.get(release+"/approve", 404)
	p.get(release+"/go-no-go", 404)
}

func TestRoom(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	p := open(t, decidetest.New(t, d))
	says(t, p.get("/go-no-go", 200), ".empty", "No go/no-go is in session")
	night(t, p, true)
	says(t, p.get("/go-no-go", 200), "td", "Payments 26.11.0")
	page := p.get(release+"/go-no-go", 200)
	says(t, page, "#room-board header", "2 of 4")
	says(t, page, "#seat-qa .say", "PAY-2291 can pay twice")
	page.Has("#seat-service-operations.calling")
	says(t, page, "#room-computed .word", "NO-GO")
	says(t, page, "#room-choices", "Quality assurance is mandatory and says NO-GO.")
	says(t, page, "#on-the-table", "The release notes are checked")
	says(t, page, "#room-conditions", "Second DBA on the bridge")
	page.None("#answering") // Maya answers for nobody
	_, again := p.post(release+"/go-no-go/decide", 409, "decision", "go", "reason", "It must go", "rev", page.One("#room-choices input[name=rev]").Attr("value"))
	says(t, again, "form .note", "says NO-GO")
	if got := again.One("#reason").Text(); got != "It must go" {
		t.Errorf("the reason is gone: %q", got)
	}
	_, again = p.post(release+"/go-no-go/decide", 409, "decision", "hold", "reason", "Wait", "rev", "1")
	says(t, again, "form .note", "The poll moved")
	p.as = p.w.Priya
	page = p.get(release+"/go-no-go", 200)
	says(t, page, "#answering", "Your answer")
	page.None("#record-decision")
	says(t, page, ".decide", "a release manager decides")
	_, again = p.post(release+"/go-no-go/answer", 422, "role", "qa", "answer", "go-if", "comment", "Nearly")
	says(t, again, ".err", "at least one condition")
	_, again = p.post(release+"/go-no-go/answer", 422, "role", "qa", "answer", "go-if", "conditions", "One\nTwo", "owner", "nobody-here")
	says(t, again, ".err", "nobody with the key")
	if got := again.One("#answer-conditions").Text(); !strings.Contains(got, "Two") {
		t.Errorf("the conditions are gone: %q", got)
	}
	_, page = p.post(release+"/go-no-go/answer", 200, "role", "qa", "answer", "go", "comment", "Fixed")
	says(t, page, "#seat-qa", "GO")
	p.w.Confirm(t, plan.Release{Key: "payments-26.11.0"})
	p.as = p.w.Maya
	_, page = p.post(release+"/go-no-go/call", 200, "role", "security")
	page.Has("#seat-security.calling")
	page = p.get(release+"/go-no-go", 200)
	_, page = p.post(release+"/go-no-go/decide", 200, "decision", "go-if", "reason", "Both conditions are under way.", "rev", page.One("#room-choices input[name=rev]").Attr("value"))
	says(t, page, "#room-decided .word", "GO IF")
	page.Has("#minutes")
	page.None("#answering")
	p.as = p.w.Aisha
	page = p.get(release+"/go-no-go", 200)
	id := page.One("#room-conditions form").Attr("action")
	_, page = p.post(id, 200)
	says(t, page, "#room-conditions", "Done")
	p.as = p.w.Maya
	// A later change is visible.
	if _, err := p.w.Plans.Set(p.w.Maya, "payments-26.11.0", 0, plan.Edit{Carry: []plan.ItemSpec{{Service: "ledger", Version: "5.16.0"}}}); err != nil {
		t.Fatal(err)
	}
	page = p.get(release+"/go-no-go", 200)
	says(t, page, "#stale-decision", "The decision is stale")
	says(t, page, "#stale-decision .diff ins", "5.16.0")
	_, page = p.post(release+"/go-no-go/open", 200)
	says(t, page, "#room-head", "In session")
	_, again = p.post(release+"/go-no-go/close", 422, "reason", "")
	again.Has(".err")
	p.post(release+"/go-no-go/close", 200, "reason", "Fire alarm")
	says(t, p.get("/go-no-go?show=all", 200), "td", "Closed without a decision")
}

func TestDelegations(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	p := open(t, decidetest.New(t, d))
	p.as = p.w.Priya
	says(t, p.get("/delegations", 200), ".empty", "No delegation")
	_, again := p.post("/delegations", 422, "role", "database", "delegate", "quinn", "until", "2026-11-20T10:00")
	says(t, again, ".err", "Only who holds a role")
	_, page := p.post("/delegations", 200, "role", "qa", "product", "payments", "delegate", "elena", "until", "2026-11-20T10:00", "reason", "On leave")
	says(t, page, "td", "Elena Petrova")
	_, page = p.post(page.One("td form").Attr("action"), 200)
	says(t, page, ".empty", "No delegation")
	says(t, p.get("/delegations?ended=true", 200), "td", "Ended")
}

func TestPagesInABrowser(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	p := open(t, decidetest.New(t, d))
	night(t, p, true)
	ctx := uitest.Browser(t)
	for _, c := range []struct {
		name, path string
		as         context.Context
	}{
		{"room", release + "/go-no-go", p.w.Maya}, {"answer", release + "/go-no-go", p.w.Priya}, {"approve", release + "/approve?role=database", p.w.Elena},
		{"panel", release + "/panel", p.w.Elena}, {"index", "/go-no-go", p.w.Maya}, {"delegations", "/delegations", p.w.Priya},
	} {
		t.Run(c.name, func(t *testing.T) {
			p.as = c.as
			uitest.Axe(t, ctx, p.url+c.path)
			for _, l := range uitest.Looks {
				uitest.Open(t, ctx, p.url+c.path, l)
				uitest.CheckReflow(t, ctx, l)
				uitest.FullShot(t, ctx, l, "")
			}
		})
	}
}

package applyweb_test

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"slipway/internal/platform/apply"
	"slipway/internal/platform/apply/applyweb"
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

// place is the page over the kinds of auth, with everybody by their key.
type place struct {
	t       *testing.T
	handler http.Handler
	as      map[string]context.Context
}

func open(t *testing.T, d *db.DB) *place {
	t.Helper()
	ledgertest.Open(t, d)
	s := authtest.Service(t, d, apply.Permissions)
	r, err := apply.New(d, s.Kinds(nil)...)
	if err != nil {
		t.Fatal(err)
	}
	p := &place{t: t, as: map[string]context.Context{"ada": authtest.Person(t, d, "ada", "administrator"), "viola": authtest.Person(t, d, "viola", "viewer"), "nobody": authtest.Person(t, d, "nobody")}}
	guard := s.Guard()
	guard.Identify = func(r *http.Request) (context.Context, error) {
		name := "ada"
		if c, err := r.Cookie("as"); err == nil {
			name = c.Value
		}
		v, _ := auth.Viewer(p.as[name])
		return auth.WithIdentity(r.Context(), v), nil
	}
	site := web.New(web.Options{Guard: guard, Shell: func(ctx context.Context, v web.View) templ.Component {
		who, _ := auth.Viewer(ctx)
		return ui.Shell(ui.Page{Title: v.Title, Org: "Aldermoor Bank", Active: v.Nav, Now: dbtest.Start, Toasts: v.Toasts, Path: v.Path,
			Nav:    []ui.NavItem{{Key: "home", Label: "Mission control", Icon: "radar", Href: "/"}, {Key: "admin", Label: "Administration", Icon: "settings", Href: "/admin"}},
			Viewer: &ui.Viewer{Person: ui.Person{ID: string(who.Person), Name: who.Name}, Zone: who.Zone()}}, v.Body)
	}})
	applyweb.Mount(site, d, r, applyweb.Options{Tabs: func(_ *db.Tx, current string) ([]ui.Tab, error) {
		return []ui.Tab{{Text: "People", Href: "/admin"}, {Text: "As code", Href: applyweb.Path, Current: current == applyweb.Path}}, nil
	}})
	h, err := site.Handler()
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle(asset.Prefix, asset.Handler())
	mux.Handle("/", h)
	if p.handler, err = httpx.Handler(mux, httpx.Options{Plain: true}); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *place) do(r *http.Request, as string) *httptest.ResponseRecorder {
	r.RemoteAddr = "127.0.0.1:40000"
	r.AddCookie(&http.Cookie{Name: "as", Value: as})
	w := httptest.NewRecorder()
	p.handler.ServeHTTP(w, r)
	return w
}

func (p *place) get(path, as string, want int) (*httptest.ResponseRecorder, uitest.Tree) {
	p.t.Helper()
	w := p.do(httptest.NewRequestWithContext(p.t.Context(), http.MethodGet, path, http.NoBody), as)
	if w.Code != want {
		p.t.Fatalf("GET %s as %s: %d, want %d: %.600s", path, as, w.Code, want, w.Body)
	}
	if !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
		return w, uitest.Tree{}
	}
	return w, uitest.DOM(p.t, w.Body.String())
}

// post sends the form as a browser does; files are name and text by turns.
func (p *place) post(as string, want int, fields url.Values, files ...string) uitest.Tree {
	p.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for k, v := range fields {
		if err := m.WriteField(k, v[0]); err != nil {
			p.t.Fatal(err)
		}
	}
	if len(files) == 0 { // a browser sends an empty part for a file field that is left empty
		if _, err := m.CreateFormFile("files", ""); err != nil {
			p.t.Fatal(err)
		}
	}
	for i := 0; i+1 < len(files); i += 2 {
		w, err := m.CreateFormFile("files", files[i])
		if err == nil {
			_, err = io.WriteString(w, files[i+1])
		}
		if err != nil {
			p.t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		p.t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(p.t.Context(), http.MethodPost, applyweb.Path, &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	w := p.do(r, as)
	if w.Code != want {
		p.t.Fatalf("POST as %s: %d, want %d: %.900s", as, w.Code, want, w.Body)
	}
	return uitest.DOM(p.t, w.Body.String())
}

const crew = "kind: person\nkey: maya\nname: Maya Lindqvist\n---\nkind: team\nkey: crew\nname: Crew\nmembers: [maya]\n"

// TestDryRunThenApply tries documents, applies those that were tried, and finds that applying them again changes nothing.
func TestDryRunThenApply(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		_, page := p.get(applyweb.Path, "ada", 200)
		page.None("#apply")
		page.Has(`a[href="/admin/export?kind=person"][download]`)

		dry := p.post("ada", 200, url.Values{"text": {crew}, "do": {"try"}, "tried": {""}})
		dry.Says("main", "nothing is changed. It would be: 2 created, 0 changed, 0 unchanged.")
		dry.Says("#outcome", "Line 5")
		dry.Says("#apply", "Apply 2 changes")
		mark := dry.One(`input[name="tried"]`).Attr("value")
		if w, _ := p.get("/admin/export?kind=team", "ada", 200); strings.Contains(w.Body.String(), "crew") {
			t.Fatal("the dry run left something behind")
		}

		other := strings.Replace(crew, "name: Crew", "name: The crew", 1)
		again := p.post("ada", 200, url.Values{"text": {other}, "do": {"apply"}, "tried": {mark}})
		again.Says("main", "The text is another than the one that was tried")
		again.Says("textarea", "The crew")
		mark = again.One(`input[name="tried"]`).Attr("value")
		done := p.post("ada", 200, url.Values{"text": {other}, "do": {"apply"}, "tried": {mark}})
		done.Says("main", "Applied. 2 created, 0 changed, 0 unchanged.")
		if text := done.One("textarea").Text(); text != "" {
			t.Errorf("what was applied still stands in the form: %s", text)
		}
		w, _ := p.get("/admin/export?kind=team", "viola", 200)
		if h := w.Header().Get("Content-Disposition"); h != `attachment; filename="slipway-team.yaml"` || !strings.Contains(w.Body.String(), "name: The crew") {
			t.Errorf("%s: %s", h, w.Body)
		}
		same := p.post("ada", 200, url.Values{"text": {other}, "do": {"try"}})
		same.Says("#outcome", "Unchanged, 2")
		same.None("#apply")

		files := p.post("ada", 200, url.Values{"text": {"kind: team\nkey: a\nname: A\n"}, "do": {"try"}}, "people.yaml", "kind: person\nkey: tomas\nname: Tomás\n", "teams.yaml", "kind: team\nkey: crew\nname: Crew\nmembers: [maya, tomas]\n")
		files.Says("#outcome", "people.yaml, line 1")
		files.Says("#outcome", "Changed crew")
		files.Says("textarea", "# file: teams.yaml")
		kept := url.Values{"text": {"kind: team\nkey: a\nname: A\n# file: people.yaml\nkind: person\nkey: tomas\nname: Tomás\n# file: teams.yaml\nkind: team\nkey: crew\nname: Crew\nmembers: [maya, tomas]\n"}, "do": {"apply"}, "tried": {files.One(`input[name="tried"]`).Attr("value")}}
		p.post("ada", 200, kept).Says("main", "Applied. 2 created, 1 changed, 0 unchanged.")
	})
}

// TestRefusals says for every fault where it is, and keeps the text.
func TestRefusals(t *testing.T) {
	p := open(t, dbtest.Open(t, db.SQLite))
	for text, want := range map[string]string{
		"kind: persn\nkey: x\n":                                   `Line 1, kind: "persn" is not a kind. Did you mean person?`,
		"kind: person\nkey: x\nnam: y\n":                          `Line 3, nam: The field "nam" is not known here. Did you mean "name"?`,
		"# file: a.yaml\nkind: team\nkey: [\n":                    "a.yaml, line",
		"kind: team\nkey: x\nname: X\nmembers: [nobody-at-all]\n": "nobody-at-all",
		"  ": "Paste documents, or choose files.",
	} {
		page := p.post("ada", 422, url.Values{"text": {text}, "do": {"try"}})
		page.Says("#text-err", want)
		page.Says("textarea", strings.Join(strings.Fields(text), " "))
		page.None("#apply")
	}
	p.post("ada", 422, url.Values{"text": {"kind: team"}, "do": {"try"}}, "x.yaml", "\xff\xfe").Says("#files-err", "x.yaml is not text in UTF-8.")
	large := p.post("ada", 413, url.Values{"text": {"kind: team"}, "do": {"try"}}, "x.yaml", strings.Repeat("# more\n", 160_000))
	large.Says("main", "Apply more with slipway apply -f.")
	large.Says("textarea", "kind: team")
	p.get("/admin/export?kind=dragon", "ada", 422)
	p.get("/admin/export", "ada", 422)

	_, page := p.get(applyweb.Path, "viola", 200)
	page.Says(".unavail", "your roles do not carry apply.run")
	p.post("viola", 403, url.Values{"text": {crew}, "do": {"try"}})
	p.get(applyweb.Path, "nobody", 403)
	p.get("/admin/export?kind=team", "nobody", 403)
	p.post("nobody", 403, url.Values{"text": {crew}, "do": {"try"}})
}

// TestLooks opens the page in a browser with axe, in both schemes, on a desk and on a phone.
func TestLooks(t *testing.T) {
	tab := uitest.Browser(t)
	p := open(t, dbtest.Open(t, db.SQLite))
	answers := map[string]url.Values{"tried": {"text": {crew}, "do": {"try"}}, "faults": {"text": {"kind: person\nkey: x\nnam: y\n"}, "do": {"try"}}}
	mux := http.NewServeMux()
	mux.Handle("/", p.handler)
	for name, v := range answers {
		mux.HandleFunc("/answer/"+name, func(w http.ResponseWriter, r *http.Request) {
			req := httptest.NewRequestWithContext(r.Context(), http.MethodPost, applyweb.Path, strings.NewReader(v.Encode()))
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			got := p.do(req, "ada")
			for k, list := range got.Header() {
				w.Header()[k] = list
			}
			_, _ = w.Write(got.Body.Bytes())
		})
	}
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	for name, path := range map[string]string{"page": applyweb.Path, "tried": "/answer/tried", "faults": "/answer/faults"} {
		for _, l := range uitest.Looks {
			uitest.Open(t, tab, s.URL+path, l)
			uitest.CheckReflow(t, tab, l)
			for _, f := range uitest.Findings(t, tab, l) {
				t.Errorf("%s: %s", name, f)
			}
			uitest.FullShot(t, tab, l, name)
		}
	}
}

func FuzzFiles(f *testing.F) {
	for _, s := range []string{"", crew, "# file: a\n" + crew, "a\n# file: b\n# file: c\r\nd"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n := 0
		for _, x := range applyweb.Files(text) {
			n += len(x.Text)
			if !strings.Contains(text, x.Text) {
				t.Errorf("%q is not in %q", x.Text, text)
			}
		}
		if n > len(text) {
			t.Errorf("%d bytes out of %d", n, len(text))
		}
	})
}

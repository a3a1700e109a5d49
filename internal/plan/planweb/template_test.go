package planweb_test

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/auth/people"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ui/uitest"
)

// asAda lets Ada, who administers, sign in by the cookie.
func (p *pages) asAda(d *db.DB) {
	p.t.Helper()
	s := authtest.Service(p.t, d)
	who, err := s.AddPerson(auth.WithSystem(p.t.Context()), people.NewPerson{Key: "ada", Name: "Ada Holm", Zone: "Europe/Stockholm", Grants: []auth.Grant{{Role: "administrator"}}})
	if err != nil {
		p.t.Fatal(err)
	}
	if p.who["ada"], err = s.WithPerson(p.t.Context(), who.ID); err != nil {
		p.t.Fatal(err)
	}
}

// TestTemplates makes a template, another version of it, and runs into every refusal; what was typed is never lost.
func TestTemplates(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		p.asAda(d)
		list := p.page(200, "GET", "/templates", nil)
		list.Says("tbody", "Release train")
		list.Says(".acts .unavail", "only an administrator changes templates")
		p.page(200, "GET", "/templates?q=nothing", nil).Says(".empty", "No template is called so")
		p.page(200, "GET", "/templates?after=standard", nil).Says(".pager", "First page")
		p.page(422, "GET", "/templates?colour=red", nil)

		one := p.page(200, "GET", "/templates/standard", nil)
		for place, text := range map[string]string{".rail": "Prepare", "#criteria": "The scan of the artefacts has no critical finding", "#phases": "Scope is agreed and traceable", "#approvals": "Approver", "#poll": "its no-go decides",
			"#tasks": "After cut", "#milestones": "T−4 h", "#rules": "Nobody approves what they wrote", "#versions": "Version 1", "#source": "kind: template"} {
			one.Says(place, text)
		}
		p.page(404, "GET", "/templates/none", nil)
		p.page(404, "GET", "/templates/standard?version=9", nil)

		form := p.page(200, "GET", "/templates/new", nil, "ada")
		form.Says("textarea", "key: my-template")
		p.page(200, "GET", "/templates/new?from=waterfall", nil, "ada").Says("textarea", "name: My template")
		p.page(200, "GET", "/templates/new", nil).Says(".unavail", "only an administrator changes templates")
		source := "kind: template\nkey: small\nname: Small\nphases:\n  - {key: test, name: Test, days: 3}\ncriteria:\n  - {key: ready, name: All is ready, kind: confirmation, phase: test}\n"
		post := func(status int, path, version, text string, as ...string) uitest.Tree {
			t.Helper()
			return p.page(status, "POST", path, url.Values{"version": {version}, "source": {text}}, as...)
		}
		post(403, "/templates", "0", source)
		for text, want := range map[string]string{
			"":                                     "One YAML document is expected",
			"kind: template\nkey: small\nnam: x\n": `Line 3, nam: The field "nam" is not known here. Did you mean "name"?`,
			"kind: product\nkey: small\n":          "Line 1, kind",
			strings.Replace(source, "days: 3", "days: -3", 1):         "Line 5, phases[0].days",
			strings.Replace(source, "phase: test", "phase: never", 1): "Line 7, criteria[0].phase",
			"kind: template\nkey: [\n":                                "Line",
		} {
			bad := post(422, "/templates", "0", text, "ada")
			bad.Says("#source-err", want)
			bad.Says("textarea", strings.Join(strings.Fields(text), " "))
		}
		post(303, "/templates", "0", source, "ada")
		post(409, "/templates", "0", source, "ada").Says("#source-err", "There is a template small already")
		p.page(200, "GET", "/templates/small", nil).Says("#criteria", "Gate out of Test")
		p.page(200, "GET", "/templates/small/edit", nil, "ada").Has(`input[name="version"][value="1"]`)
		post(422, "/templates/small", "1", strings.Replace(source, "key: small", "key: big", 1), "ada").Says("#source-err", "its key stays")
		longer := strings.Replace(source, "days: 3", "days: 4", 1)
		post(303, "/templates/small", "1", longer, "ada")
		p.page(200, "GET", "/templates/small", nil).Says("#changes", "phases, test, days")
		p.page(200, "GET", "/templates/small?version=1", nil).Says("main", "It is not the newest")
		stale := post(409, "/templates/small", "1", source, "ada")
		stale.Says("#theirs .diff", "phases, test, days")
		stale.Has(`input[name="version"][value="2"]`)
		stale.Says("textarea", "days: 3")
		post(303, "/templates/small", "2", longer, "ada")
		if n := p.page(200, "GET", "/templates/small", nil).Count("#versions li"); n != 2 {
			t.Errorf("%d versions after saving what was there already", n)
		}
		p.page(200, "GET", "/releases/new?template=small", nil).Has(`input[name="template"][value="small"][checked]`)
	})
}

// TestTemplateLooks opens the pages in a browser with axe, in both schemes, on a desk and on a phone.
func TestTemplateLooks(t *testing.T) {
	tab := uitest.Browser(t)
	d := dbtest.Open(t, db.SQLite)
	p := open(t, d)
	p.asAda(d)
	s := httptest.NewServer(p.handler)
	t.Cleanup(s.Close)
	for name, path := range map[string]string{"templates": "/templates", "template": "/templates/standard", "template-new": "/templates/new", "template-none": "/templates?q=nothing"} {
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

// page returns the page that an address answers with under a status.
func (p *pages) page(status int, method, path string, form url.Values, as ...string) uitest.Tree {
	p.t.Helper()
	w := p.do(method, path, form, as...)
	if w.Code != status {
		p.t.Fatalf("%s %s: %d, want %d: %s", method, path, w.Code, status, text(p.t, w))
	}
	if w.Body.Len() == 0 {
		return uitest.Tree{}
	}
	return uitest.DOM(p.t, w.Body.String())
}

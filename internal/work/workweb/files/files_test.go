package files_test

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/httpx"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uitest"
	"slipway/internal/platform/web"
	"slipway/internal/work/exchange"
	"slipway/internal/work/worktest"
	"slipway/internal/work/workweb/files"
)

func open(t *testing.T, d *db.DB) (worktest.World, http.Handler) {
	t.Helper()
	w := worktest.New(t, d)
	who, ok := auth.Viewer(w.Admin)
	if !ok {
		t.Fatal("nobody is signed in")
	}
	site := web.New(web.Options{
		Guard: httpx.Guard{
			Identify: func(r *http.Request) (context.Context, error) { return auth.WithIdentity(r.Context(), who), nil },
			Demand:   auth.Demand, Declared: func(string) bool { return true },
		},
		Shell: func(_ context.Context, v web.View) templ.Component {
			return ui.Shell(ui.Page{Title: v.Title, Now: dbtest.Start, Toasts: v.Toasts, Path: v.Path}, v.Body)
		},
	})
	files.Mount(site, d, exchange.New(d), files.Frame{
		Page: func(w http.ResponseWriter, r *http.Request, _, _ string, p web.Page) error {
			return site.Render(w, r, p)
		},
		Again: func(w http.ResponseWriter, r *http.Request, err error, _, _ string, p web.Page) error {
			return site.Again(w, r, err, p)
		},
	})
	h, err := site.Handler()
	if err != nil {
		t.Fatal(err)
	}
	if h, err = httpx.Handler(h, httpx.Options{Plain: true}); err != nil {
		t.Fatal(err)
	}
	return w, h
}

func post(h http.Handler, path, file string, fields map[string]string) *httptest.ResponseRecorder {
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for k, v := range fields {
		_ = m.WriteField(k, v)
	}
	if file != "" {
		f, _ := m.CreateFormFile("file", "plan.csv")
		_, _ = f.Write([]byte(file))
	}
	_ = m.Close()
	r := httptest.NewRequest(http.MethodPost, path, &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	r.RemoteAddr = "127.0.0.1:40000"
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}

func TestImportOnAPage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, h := open(t, d)
		r := w.Release(t, "payments-26.11.0", plan.Active)
		path := "/releases/" + r.Key + "/plan/file"
		rec := post(h, path, "name,owner\nDraw,Nobody Known\nBuild,\n", map[string]string{"do": "try"})
		p := uitest.DOM(t, rec.Body.String())
		p.Says("#outcome", "Build")
		p.Says("#notes", "Nobody here is")
		if rec.Code != 200 || !strings.Contains(rec.Body.String(), "2 added") {
			t.Fatalf("%d %s", rec.Code, rec.Body)
		}
		kept := p.One(`input[name="kept"]`).Attr("value")
		if rec = post(h, path, "", map[string]string{"do": "import", "kept": kept, "name": "plan.csv"}); rec.Code != http.StatusSeeOther {
			t.Fatalf("%d %s", rec.Code, rec.Body)
		}
		if x, err := w.Tasks.Find(w.Admin, r.Key, "build"); err != nil || x.Name != "Build" {
			t.Errorf("%+v %v", x, err)
		}
		rec = post(h, path, "name,due\nBuild,soon\n", map[string]string{"do": "import"})
		if uitest.DOM(t, rec.Body.String()).Says("#faults", "line 2"); rec.Code != http.StatusUnprocessableEntity {
			t.Errorf("%d", rec.Code)
		}
		if rec = post(h, path, "", map[string]string{"do": "try", "kept": "%%"}); rec.Code != http.StatusUnprocessableEntity {
			t.Errorf("no file: %d", rec.Code)
		}
		for _, f := range []string{"csv", "xlsx", "mspdi", "json"} {
			rec := httptest.NewRecorder()
			r := httptest.NewRequest(http.MethodGet, path+"/"+f, nil)
			r.RemoteAddr = "127.0.0.1:40000"
			h.ServeHTTP(rec, r)
			if rec.Code != 200 || !strings.Contains(rec.Header().Get("Content-Disposition"), "attachment") || rec.Body.Len() == 0 {
				t.Errorf("%s: %d", f, rec.Code)
			}
		}
	})
}

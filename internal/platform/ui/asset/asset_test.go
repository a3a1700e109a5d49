package asset

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"strings"
	"testing"
)

func TestBundle(t *testing.T) {
	if _, err := load(); err != nil {
		t.Fatal(err)
	}
	for dir, names := range map[string][]string{"css": sheets, "js": modules} {
		entries, err := fs.ReadDir(files, dir)
		if err != nil {
			t.Fatal(err)
		}
		if len(entries) != len(names) {
			t.Errorf("%s holds %d files, %d are listed: a part is missing from the list", dir, len(entries), len(names))
		}
		for _, e := range entries {
			found := false
			for _, n := range names {
				found = found || n == strings.TrimSuffix(e.Name(), path.Ext(e.Name()))
			}
			if !found {
				t.Errorf("%s/%s is served to nobody", dir, e.Name())
			}
		}
	}
}

func TestAddressesOfTheSheetResolve(t *testing.T) {
	b := must()
	for _, m := range regexp.MustCompile(`url\(([^)]+)\)`).FindAllStringSubmatch(Text("app.css"), -1) {
		if strings.HasPrefix(m[1], "data:") || strings.HasPrefix(m[1], "#") {
			continue
		}
		if b.byName[strings.TrimPrefix(m[1], Prefix)] == nil {
			t.Errorf("the style sheet points at %s, which is not served", m[1])
		}
	}
	if strings.Contains(Text("app.css"), "https://") {
		t.Error("the style sheet must not reach outside")
	}
}

func TestHandler(t *testing.T) {
	h := Handler()
	get := func(url string, header ...string) *http.Response {
		r := httptest.NewRequest("GET", url, nil)
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Result()
	}
	tests := []struct {
		name, url   string
		header      []string
		status      int
		cache, code string
	}{
		{"digested", URL("app.css"), nil, 200, "public, max-age=31536000, immutable", ""},
		{"zipped", URL("app.js"), []string{"Accept-Encoding", "br, gzip"}, 200, "public, max-age=31536000, immutable", "gzip"},
		{"zip refused", URL("app.js"), []string{"Accept-Encoding", "gzip;q=0"}, 200, "public, max-age=31536000, immutable", ""},
		{"font is not zipped", URL("geist-mono-latin-wght-normal.woff2"), []string{"Accept-Encoding", "gzip"}, 200, "public, max-age=31536000, immutable", ""},
		{"plain name", Prefix + "icons.svg", nil, 200, "no-cache", ""},
		{"unknown", Prefix + "app.000000000000.css", nil, 404, "", ""},
		{"outside", Prefix + "../asset.go", nil, 404, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res := get(tt.url, tt.header...)
			if res.StatusCode != tt.status || res.Header.Get("Cache-Control") != tt.cache || res.Header.Get("Content-Encoding") != tt.code {
				t.Errorf("got %d %q %q", res.StatusCode, res.Header.Get("Cache-Control"), res.Header.Get("Content-Encoding"))
			}
		})
	}
	etag := get(Prefix + "icons.svg").Header.Get("ETag")
	if res := get(Prefix+"icons.svg", "If-None-Match", `W/`+etag); res.StatusCode != 304 {
		t.Errorf("the same file came again with %d", res.StatusCode)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("POST", URL("app.css"), nil))
	if w.Code != 405 {
		t.Errorf("POST gives %d", w.Code)
	}
}

// A module lives in a block of its own: what it shares must be in kernel.
func TestModulesShareThroughTheKernelOnly(t *testing.T) {
	declared := regexp.MustCompile(`(?m)^(?:const|let) (\w+)`)
	for _, owner := range modules[1:] {
		body, err := files.ReadFile("js/" + owner + ".js")
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range declared.FindAllStringSubmatch(string(body), -1) {
			for _, other := range modules[1:] {
				text, _ := files.ReadFile("js/" + other + ".js")
				if other == owner || regexp.MustCompile(`(?m)^(?:const|let) `+m[1]+`\b`).Match(text) {
					continue
				}
				if regexp.MustCompile(`(?:^|[^.\w"-])` + m[1] + `\(`).Match(text) {
					t.Errorf("%s calls %s, which %s keeps to itself", other, m[1], owner)
				}
			}
		}
	}
}

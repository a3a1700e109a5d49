package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"slipway/internal/platform/api"
)

type found struct {
	Ref string `path:"ref" maxLength:"10" doc:"Key or identifier"`
}

type narrowed struct {
	found
	State string `query:"state" enum:"open,closed"`
}

// Parameters that operations share by embedding are described and validated as their own are.
func TestSharedParameters(t *testing.T) {
	a := api.New(api.Options{})
	api.Register(a, api.Op{Method: http.MethodGet, Path: "/things/{ref}", Permission: api.Public, Tag: "Things", Summary: "Read a thing"},
		func(_ context.Context, in *struct {
			narrowed
			Rev int `query:"rev" minimum:"1"`
		}) (*struct{ Body string }, error) {
			return &struct{ Body string }{in.Ref + in.State}, nil
		})
	h, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	for target, want := range map[string]int{"/things/a?state=open&rev=1": 200, "/things/abcdefghijk": 422, "/things/a?state=ajar": 422, "/things/a?rev=0": 422} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, api.Prefix+target, http.NoBody))
		if w.Code != want {
			t.Errorf("%s: %d %s, want %d", target, w.Code, strings.TrimSpace(w.Body.String()), want)
		}
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/openapi.json", http.NoBody))
	var doc struct {
		Paths map[string]map[string]struct {
			Parameters []struct {
				Name, In string
				Required bool
			}
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range doc.Paths["/things/{ref}"]["get"].Parameters {
		names = append(names, p.In+" "+p.Name)
		if p.Required != (p.In == "path") {
			t.Errorf("%s: required %v", p.Name, p.Required)
		}
	}
	if got := strings.Join(names, ", "); got != "path ref, query state, query rev" {
		t.Errorf("the document has %s", got)
	}
}

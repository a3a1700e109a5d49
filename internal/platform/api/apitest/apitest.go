package apitest

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// Case is one request and what must come of it.
type Case struct {
	Name   string
	Method string // GET if empty
	Path   string // whole: "/api/v1/risks?limit=2"; {name} is replaced by what an earlier case kept
	As     string // who asks, as Server.Tokens knows them; "" for nobody
	Header map[string]string
	// Body is sent as JSON, or as it is if it is a string or bytes. Texts may hold {name} as Path does.
	Body any
	// Status must be that of the answer.
	Status int
	// Reason must be that of the problem document, if not empty.
	Reason string
	// Want is JSON that the answer must contain: objects may have more members, lists must be as long. Texts may hold
	// {name}; the text "*" stands for anything that is there.
	Want string
	// Fields must be exactly the faulty fields of the problem, if not nil.
	Fields []string
	// Entries must be exactly the ledger actions written, in order. A case without entries that writes one fails.
	Entries []string
	// Keep stores members of the answer under names for later cases: {"risk": "id", "first": "items.0.id"}.
	Keep map[string]string
}

// Server is what is tested.
type Server struct {
	Handler http.Handler
	// Token returns the bearer token of a name in Case.As.
	Token func(t *testing.T, name string) string
	// Entries returns the ledger actions in order since the last call; nil if the test has no ledger.
	Entries func(t *testing.T) []string
}

// Run runs the cases in order, each as a subtest, on one server. A failed case does not stop the following ones.
func Run(t *testing.T, s Server, cases []Case) {
	t.Helper()
	kept := map[string]string{}
	for i, c := range cases {
		name := c.Name
		if name == "" {
			name = fmt.Sprintf("%02d %s %s", i+1, c.method(), c.Path)
		}
		t.Run(name, func(t *testing.T) { s.run(t, c, kept) })
	}
}

func (c Case) method() string {
	if c.Method == "" {
		return http.MethodGet
	}
	return c.Method
}

func (s Server) run(t *testing.T, c Case, kept map[string]string) {
	t.Helper()
	fill := filler(kept)
	var body io.Reader
	kind := ""
	switch b := c.Body.(type) {
	case nil:
	case string:
		body, kind = strings.NewReader(fill.Replace(b)), "application/json"
	case []byte:
		body, kind = strings.NewReader(string(b)), "application/octet-stream"
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		body, kind = strings.NewReader(fill.Replace(string(raw))), "application/json"
	}
	r := httptest.NewRequestWithContext(t.Context(), c.method(), fill.Replace(c.Path), body)
	r.RemoteAddr = "127.0.0.1:40000"
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	if c.As != "" {
		r.Header.Set("Authorization", "Bearer "+s.Token(t, c.As))
	}
	for k, v := range c.Header {
		r.Header.Set(k, fill.Replace(v))
	}
	if s.Entries != nil {
		s.Entries(t) // what came before does not count
	}
	rec := httptest.NewRecorder()
	s.Handler.ServeHTTP(rec, r)
	s.judge(t, c, rec, fill, kept)
}

func (s Server) judge(t *testing.T, c Case, rec *httptest.ResponseRecorder, fill *strings.Replacer, kept map[string]string) {
	t.Helper()
	answer := rec.Body.String()
	if rec.Code != c.Status {
		t.Errorf("status %d, want %d: %.500s", rec.Code, c.Status, answer)
	}
	var got any
	if strings.Contains(rec.Header().Get("Content-Type"), "json") {
		if err := json.Unmarshal([]byte(answer), &got); err != nil {
			t.Fatalf("the answer is not JSON: %v: %.500s", err, answer)
		}
	}
	if c.Reason != "" {
		if reason, _ := Pick(got, "reason"); reason != c.Reason {
			t.Errorf("reason %v, want %s: %.500s", reason, c.Reason, answer)
		}
	}
	if c.Fields != nil {
		var fields []string
		list, _ := Pick(got, "errors")
		for _, e := range asList(list) {
			f, _ := Pick(e, "field")
			fields = append(fields, fmt.Sprint(f))
		}
		if !slices.Equal(fields, c.Fields) {
			t.Errorf("faulty fields %q, want %q: %.500s", fields, c.Fields, answer)
		}
	}
	if c.Want != "" {
		var want any
		if err := json.Unmarshal([]byte(fill.Replace(c.Want)), &want); err != nil {
			t.Fatalf("Want is not JSON: %v", err)
		}
		for _, d := range Missing(want, got, "") {
			t.Errorf("%s: %.800s", d, answer)
		}
	}
	if s.Entries != nil {
		if entries := s.Entries(t); !slices.Equal(entries, c.Entries) {
			t.Errorf("entries %q, want %q", entries, c.Entries)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Keep)) {
		v, ok := Pick(got, c.Keep[name])
		if !ok {
			t.Errorf("there is no %s to keep: %.500s", c.Keep[name], answer)
			continue
		}
		kept[name] = fmt.Sprint(v)
	}
}

func filler(kept map[string]string) *strings.Replacer {
	var pairs []string
	for k, v := range kept {
		pairs = append(pairs, "{"+k+"}", v)
	}
	return strings.NewReplacer(pairs...)
}

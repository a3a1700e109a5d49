package apitest

import (
	"encoding/json"
	"io"
	"net/http"
	"testing"
)

func TestMissing(t *testing.T) {
	for _, c := range []struct {
		want, got string
		faults    int
	}{
		{`{"a":1}`, `{"a":1,"b":2}`, 0},
		{`{"a":"*"}`, `{"a":{"x":1}}`, 0},
		{`{"a":"*"}`, `{}`, 1},
		{`{"a":null}`, `{}`, 0},
		{`{"a":null}`, `{"a":1}`, 1},
		{`{"a":[1,{"b":2}]}`, `{"a":[1,{"b":2,"c":3}]}`, 0},
		{`{"a":[1]}`, `{"a":[1,2]}`, 1},
		{`{"a":{"b":1,"c":2}}`, `{"a":{"b":2,"c":3}}`, 2},
		{`{"a":{}}`, `{"a":[]}`, 1},
	} {
		var w, g any
		if json.Unmarshal([]byte(c.want), &w) != nil || json.Unmarshal([]byte(c.got), &g) != nil {
			t.Fatal("the table is not JSON")
		}
		if d := Missing(w, g, ""); len(d) != c.faults {
			t.Errorf("%s in %s: %q", c.want, c.got, d)
		}
	}
}

func TestRun(t *testing.T) {
	var log []string
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		if r.Method == http.MethodPost {
			log = append(log, "boat.added")
			w.WriteHeader(http.StatusCreated)
			_, _ = w.Write([]byte(`{"items":[{"id":"7"}],"who":"` + r.Header.Get("Authorization") + `"}`))
			return
		}
		_, _ = w.Write([]byte(`{"path":"` + r.URL.Path + `","body":"` + string(b) + `"}`))
	})
	Run(t, Server{
		Handler: h,
		Token:   func(_ *testing.T, name string) string { return "token-of-" + name },
		Entries: func(*testing.T) []string { l := log; log = nil; return l },
	}, []Case{
		{Method: "POST", Path: "/boats", As: "maya", Body: map[string]any{"name": "x"}, Status: 201, Want: `{"who":"Bearer token-of-maya"}`, Entries: []string{"boat.added"}, Keep: map[string]string{"boat": "items.0.id"}},
		{Path: "/boats/{boat}", Status: 200, Want: `{"path":"/boats/7"}`},
	})
}

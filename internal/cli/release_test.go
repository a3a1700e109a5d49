package cli

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// heard is what a server of these tests was asked.
type heard struct{ line, body string }

// answering starts a server that keeps the last change it was asked for and answers as told by method and path.
func answering(t *testing.T, answers map[string]string) (address string, last *heard) {
	t.Helper()
	last = &heard{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		line := r.Method + " " + strings.TrimPrefix(r.URL.RequestURI(), "/api/v1")
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		if r.Method != http.MethodGet {
			*last = heard{line, string(b)}
		}
		a, ok := answers[r.Method+" "+strings.TrimPrefix(r.URL.Path, "/api/v1")]
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			a = `{"detail":"not here: ` + line + `"}`
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, a)
	}))
	t.Cleanup(s.Close)
	return s.URL, last
}

const aRelease = `{"key":"r","state":"planned","rev":7,"template":"standard","templateVersion":1,"window":{"start":"2026-11-19T20:00:00Z","end":"2026-11-19T22:30:00Z"},"environmentKeys":["prod-north"],
	"ways":[{"verb":"activate","allowed":true}],"phases":[{"key":"test","name":"Test"}]}`

// The exact lines of the command line become these requests.
func TestReleaseLines(t *testing.T) {
	address, last := answering(t, map[string]string{
		"POST /releases": aRelease, "GET /releases/r": aRelease, "PATCH /releases/r": aRelease, "POST /releases/r/plan": aRelease, "POST /releases/r/hold": aRelease, "POST /releases/r/retarget": aRelease,
		"GET /releases": `{"items":[` + aRelease + `]}`, "GET /me": `{"zone":"Europe/Copenhagen"}`,
		"GET /releases/r/milestones": `{"items":[{"key":"cut","rev":3}]}`, "PATCH /releases/r/milestones/cut": `{"key":"cut"}`,
		"GET /releases/r/scope": `{"items":[{"key":"PAY-1","title":"One","kind":"story","state":"open","serviceKey":"ledger","commits":["9c1f2ab"],"rev":4}]}`, "GET /releases/r/tasks": `{"items":[{"key":"build"}]}`, "PUT /releases/r/scope/PAY-1": `{"key":"PAY-1","state":"done"}`,
		"DELETE /releases/r/scope/PAY-1": "", "POST /releases/r/scope": `{"key":"PAY-2"}`, "POST /releases/r/phases/test/enter": `{"name":"Test"}`,
		"GET /templates": `{"items":[{"key":"standard","name":"Train","version":2}]}`, "GET /templates/standard": `{"key":"standard","name":"Train","version":2,"phases":[]}`,
	})
	for _, c := range []struct{ line, request, body, says string }{
		{"release create r --product payments --version 1.0 --template standard --window 2026-11-19T21:00:00+01:00/2026-11-19T23:30:00+01:00 --service ledger=5.15.0@sha256:ab --service core=8.32.0 --commit core=9c1f2ab --environment prod-north",
			"POST /releases", `{"key":"r","product":"payments","version":"1.0","template":"standard","window":{"start":"2026-11-19T21:00:00+01:00","end":"2026-11-19T23:30:00+01:00"},"environments":["prod-north"],"services":[{"service":"ledger","version":"5.15.0","digest":"sha256:ab"},{"service":"core","version":"8.32.0","commit":"9c1f2ab"}]}`, "r is created as a draft"},
		{"release set r --window 2026-11-19T21:00/23:30 --service ledger=5.16.0", "PATCH /releases/r", `{"rev":7,"window":{"start":"2026-11-19T21:00:00+01:00","end":"2026-11-19T23:30:00+01:00"},"carry":[{"service":"ledger","version":"5.16.0"}]}`, "r is changed"},
		{"release set r --window 2026-11-19T21:00/01:30 --zone UTC --rev 2", "PATCH /releases/r", `{"rev":2,"window":{"start":"2026-11-19T21:00:00Z","end":"2026-11-20T01:30:00Z"}}`, ""},
		{"release retarget r --drop ledger --reason again", "POST /releases/r/retarget", `{"rev":7,"drop":["ledger"],"reason":"again"}`, ""},
		{"release plan r", "POST /releases/r/plan", "", "r is planned."},
		{"release hold r --reason Vendor", "POST /releases/r/hold", `{"reason":"Vendor"}`, ""},
		{"release hold r", "POST /releases/r/hold", `{"reason":"No reason was given."}`, ""},
		{"release list --state active,planned --open", "", "", "2026-11-19 20:00 to 22:30"},
		{"release show r", "", "", "activate"},
		{"milestone close r cut", "PATCH /releases/r/milestones/cut", `{"rev":3,"reached":true}`, "is reached"},
		{"milestone set r cut --offset=-3d", "PATCH /releases/r/milestones/cut", `{"rev":3,"offset":"-3d"}`, ""},
		{"scope close r PAY-1", "PUT /releases/r/scope/PAY-1", `{"key":"PAY-1","title":"One","kind":"story","service":"ledger","state":"done","commits":["9c1f2ab"],"rev":4}`, "PAY-1 is done."},
		{"scope add r PAY-2 --title Two --kind defect", "POST /releases/r/scope", `{"key":"PAY-2","title":"Two","kind":"defect"}`, ""},
		{"scope remove r PAY-1 --reason later", "DELETE /releases/r/scope/PAY-1?reason=later&rev=4", "", ""},
		{"scope list r", "", "", "PAY-1"},
		{"phase enter r test", "POST /releases/r/phases/test/enter", `{}`, "Test has begun."},
		{"template list", "", "", "standard"},
		{"template show standard", "", "", `"phases": []`},
	} {
		*last = heard{}
		status, out, fault := run0(strings.Fields(c.line), Server{}, "SLIPWAY_URL="+address)
		if status != ExitYes {
			t.Errorf("%s: status %d: %s", c.line, status, fault)
			continue
		}
		if last.line != c.request || strings.TrimSpace(last.body) != c.body {
			t.Errorf("%s:\n%s %s\nwant\n%s %s", c.line, last.line, last.body, c.request, c.body)
		}
		if !strings.Contains(out, c.says) {
			t.Errorf("%s says %q", c.line, out)
		}
		if status, out, _ := run0(append(strings.Fields(c.line), "-o", "json"), Server{}, "SLIPWAY_URL="+address); status != ExitYes || !json.Valid([]byte(out)) {
			t.Errorf("%s -o json: %d %s", c.line, status, out)
		}
	}
}

func TestReleaseUsage(t *testing.T) {
	address, _ := answering(t, map[string]string{"GET /releases/r": aRelease})
	for _, line := range []string{
		"release create", "release create r --product p --template t", "release set r --service ledger", "release set r --service ledger=", "release set r --commit ledger=9c1f2ab",
		"release set r --window 2026-11-19T21:00 --zone UTC", "release set r --window today/tomorrow", "release set r --window 2026-03-29T02:30/04:00 --zone Europe/Copenhagen",
		"release set r --window 2026-10-25T02:30/04:00 --zone Europe/Copenhagen", "release set r --window 2026-11-19T21:00/23:00 --zone Moon", "release list --open --ended", "milestone add r cut --name Cut --at 2026-11-19 --zone UTC",
	} {
		if status, _, fault := run0(strings.Fields(line), Server{}, "SLIPWAY_URL="+address); status != ExitUsage {
			t.Errorf("%s: status %d: %s", line, status, fault)
		}
	}
}

// A local time where clocks change is taken only with its offset.
func FuzzSpan(f *testing.F) {
	for _, s := range []string{"2026-11-19T21:00/23:30", "2026-10-25 02:30/2026-10-25 03:30", "2026-11-19T21:00:00Z/22:00", "/", "a/b", "2026-12-31T23:00/01:00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := &Session{root: &root{}}
		start, end, err := s.span("--window", text, "Europe/Copenhagen")
		if err != nil {
			return
		}
		if start.IsZero() && !strings.HasPrefix(text, "0001") || end.IsZero() && !strings.Contains(text, "0001") {
			t.Errorf("%q: %s to %s", text, start.Format(time.RFC3339), end.Format(time.RFC3339))
		}
	})
}

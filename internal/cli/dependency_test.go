package cli

import (
	"encoding/json"
	"strings"
	"testing"
)

const aDependency = `{"key":"d","what":"Schema","rev":7,"status":"agreed","type":"finish-start","needBy":"2026-11-19T20:00:00Z","late":1500,
	"giver":{"kind":"release","key":"l","name":"Ledger"},"taker":{"kind":"outside","key":"vop responder","name":"VoP responder"}}`

// The exact lines of the command line become these requests.
func TestDependencyLines(t *testing.T) {
	address, last := answering(t, map[string]string{
		"POST /dependencies": aDependency, "GET /dependencies": `{"items":[` + aDependency + `]}`, "GET /dependencies/d": aDependency, "PATCH /dependencies/d": aDependency,
		"POST /dependencies/d/answer": aDependency, "POST /dependencies/d/withdraw": aDependency, "GET /me": `{"zone":"Europe/Copenhagen"}`,
		"GET /releases/l/dependants": `{"items":[{"party":{"name":"Payments"},"by":1500,"guessed":true,"path":[{"key":"d"},{"key":"e"}]}]}`,
		"GET /dependency-map":        `{"view":"services","places":[{"name":"Ledger"},{"name":"Payments"}],"ways":[{"from":1,"to":0,"dependencies":["d"],"late":true}]}`,
	})
	for _, c := range []struct{ line, request, body, says string }{
		{"dependency add release:l outside:VoP --what Schema --lag=-1d --promised 2026-11-19T21:00", "POST /dependencies",
			`{"what":"Schema","giver":"release:l","taker":"outside:VoP","type":"finish-start","lag":"-1d","promised":"2026-11-19T21:00:00+01:00"}`, "d is recorded: VoP responder waits for Ledger, needed by 2026-11-19 20:00 UTC."},
		{"dependency list --late --status agreed,at-risk --party service:ledger", "", "", "1d 1h"},
		{"dependency show d", "", "", "outside:VoP responder"},
		{"dependency set d --what Contract --lag 0", "PATCH /dependencies/d", `{"rev":7,"what":"Contract","lag":"0"}`, "d is changed"},
		{"dependency answer d --status at-risk --note Late --promised 2026-11-20T09:00:00Z", "POST /dependencies/d/answer", `{"rev":7,"status":"at-risk","note":"Late","promised":"2026-11-20T09:00:00Z"}`, "d is agreed, 1d 1h later than needed."},
		{"dependency answer d --promised=", "POST /dependencies/d/answer", `{"rev":7,"promised":""}`, ""},
		{"dependency withdraw d --reason Gone", "POST /dependencies/d/withdraw", `{"rev":7,"reason":"Gone"}`, "d is withdrawn."},
		{"dependency slip l --by 2d", "", "", "up to 1d 1h"},
		{"dependency slip l --to 2026-11-20T09:00", "", "", "d > e"},
		{"dependency map --focus ledger --depth 0", "", "", "Payments"},
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
	for _, line := range []string{"dependency add release:l", "dependency add release:l team:x", "dependency slip l", "dependency slip l --by soon", "dependency slip l --by 1d --to 2026-11-20T09:00:00Z",
		"dependency withdraw d", "dependency add a b --what x --type odd", "dependency answer d --promised today"} {
		if status, _, fault := run0(strings.Fields(line), Server{}, "SLIPWAY_URL="+address); status != ExitUsage {
			t.Errorf("%s: status %d: %s", line, status, fault)
		}
	}
}

func TestSpanAndDistance(t *testing.T) {
	for in, want := range map[int64]string{0: "", 1: "1m", 60: "1h", 1500: "1d 1h", 1441: "1d 1m"} {
		if got := span(in); got != want {
			t.Errorf("%d: %s", in, got)
		}
	}
	for in, want := range map[string]int64{"2d": 2880, "-1d": -1440, "30m": 30, "1w": 10080} {
		if got, ok := distance(in); !ok || got != want {
			t.Errorf("%s: %d", in, got)
		}
	}
	for _, in := range []string{"", "d", "5", "5y", "99999999999d"} {
		if _, ok := distance(in); ok {
			t.Errorf("%q is a distance", in)
		}
	}
}

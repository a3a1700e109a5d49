package cli

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

const (
	aMe  = `{"id":"p1","key":"maya","name":"Maya","zone":"Europe/Stockholm","locale":"en-GB","theme":"","keys":true,"hasPassword":true,"role":"Release manager","rev":3}`
	aRun = `{"id":"run-1","release":"r","mode":"live","state":"running","number":4,"rollingBack":true,"steps":[]}`
)

// What is a person's own, what waits, what the server gave up: the lines become these requests and say these things.
func TestOwnLines(t *testing.T) {
	address, last := answering(t, map[string]string{
		"GET /me": aMe, "PATCH /me": aMe, "POST /me/password": "", "POST /sessions/s1/close": "", "POST /sessions/close-others": `{"ended":2}`,
		"GET /sessions":       `{"items":[{"id":"s1","method":"password","address":"192.0.2.7","agent":"Firefox","openedAt":"2026-11-19T08:00:00Z","seenAt":"2026-11-19T09:00:00Z","expiresAt":"2026-11-19T20:00:00Z"}]}`,
		"GET /jobs":           `{"items":[{"id":"j1","kind":"deploy.advance","args":{"run":"x"},"attempt":9,"maxAttempts":9,"lastError":"no route to host","enqueuedAt":"2026-11-19T08:00:00Z","finishedAt":"2026-11-19T09:00:00Z"}]}`,
		"POST /jobs/j1/retry": "", "POST /jobs/j1/forget": "", "POST /runs/run-1/reason": aRun,
		"GET /attention": `{"items":[{"kind":"approval","weight":"presses","title":"Sign Payments","mine":true,"who":"Approver","release":"r","due":"2026-11-19T20:00:00Z","why":"Nobody has."}],"mine":1,"others":3}`,
		"GET /releases/r/criteria-changes": `{"items":[{"criterion":"tests","at":"2026-11-19T08:00:00Z","by":"person:maya","before":null,"after":{"key":"tests","name":"T","kind":"junit"}},
			{"criterion":"tests","at":"2026-11-19T09:00:00Z","by":"person:maya","before":{"key":"tests","name":"T","kind":"junit"},"after":{"key":"tests","name":"Tests","kind":"junit","due":"-1d"},"reason":"clearer"},
			{"criterion":"tests","at":"2026-11-19T10:00:00Z","by":"person:maya","before":{"key":"tests","name":"Tests","kind":"junit"},"after":null}]}`,
		"GET /templates/standard/versions": `{"items":[{"key":"standard","name":"Train","version":2,"changedAt":"2026-11-19T09:00:00Z","changedBy":"person:maya"}]}`,
	})
	for _, c := range []struct {
		line, in      string
		status        int
		request, body string
		says          []string
	}{
		{"profile show", "", 0, "", "", []string{"Maya", "Europe/Stockholm", "as the system", "set"}},
		{"profile set --zone=UTC --scheme=system --keys=off", "", 0, "PATCH /me", `{"zone":"UTC","theme":"","keys":false,"rev":3}`, []string{"Changed your profile."}},
		{"profile set --scheme=dark", "", 0, "PATCH /me", `{"theme":"dark","rev":3}`, nil},
		{"profile set --scheme=red", "", ExitUsage, "", "", []string{"scheme"}},
		{"profile set", "", ExitUsage, "", "", []string{"say what to change"}},
		{"profile password", "old one\nnew one\n", 0, "POST /me/password", `{"old":"old one","password":"new one"}`, []string{"Changed your password."}},
		{"profile password", "only one\n", ExitUsage, "", "", []string{"a line each"}},
		{"profile password", "a\nb\nc\n", ExitUsage, "", "", []string{"a line each"}},
		{"session list", "", 0, "", "", []string{"s1", "192.0.2.7", "2026-11-19 20:00"}},
		{"session close s1", "", 0, "POST /sessions/s1/close", "", []string{"has ended"}},
		{"session close --all", "", 0, "POST /sessions/close-others", "", []string{"ended: 2"}},
		{"session close", "", ExitUsage, "", "", []string{"name a session"}},
		{"session close s1 --all", "", ExitUsage, "", "", nil},
		{"job list", "", 0, "", "", []string{"j1", "deploy.advance", "9 of 9", "no route to host"}},
		{"job retry j1", "", 0, "POST /jobs/j1/retry", "", []string{"starts again"}},
		{"job forget j1", "", 0, "POST /jobs/j1/forget", "", []string{"forgotten"}},
		{"attention list", "", 0, "", "", []string{"presses", "Sign Payments", "you, Approver", "2026-11-19 20:00Z"}},
		{"attention list -o json", "", 0, "", "", []string{`"others": 3`}},
		{"run explain run-1 --reason errors", "", 0, "POST /runs/run-1/reason", `{"reason":"errors"}`, []string{"rolling back"}},
		{"run explain run-1", "", ExitUsage, "", "", []string{"--reason"}},
		{"criterion changes r --since=2026-11-18T00:00:00Z", "", 0, "", "", []string{"added", "due, name", "clearer", "dropped"}},
		{"template versions standard", "", 0, "", "", []string{"Train", "person:maya"}},
	} {
		*last = heard{}
		var out, errs bytes.Buffer
		status := Main(context.Background(), Server{}, strings.Fields(c.line), []string{"SLIPWAY_URL=" + address, "SLIPWAY_TOKEN=t"}, Streams{strings.NewReader(c.in), &out, &errs})
		if status != c.status || last.line != c.request || strings.TrimSpace(last.body) != c.body {
			t.Errorf("slipway %s: status %d, want %d; asked %q with %s, want %q with %s\n%s%s", c.line, status, c.status, last.line, last.body, c.request, c.body, out.String(), errs.String())
		}
		for _, want := range c.says {
			if !strings.Contains(out.String()+errs.String(), want) {
				t.Errorf("slipway %s does not say %q:\n%s%s", c.line, want, out.String(), errs.String())
			}
		}
	}
}

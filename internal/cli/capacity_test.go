package cli

import (
	"strings"
	"testing"
)

// The exact lines of the command line become these requests, and say these things.
func TestCapacityLines(t *testing.T) {
	const week = `{"name":"Daniel","cell":{"week":"2026-W48","percent":95},"ways":[{"id":"move-1","kind":"move","title":"Move it","takes":true},{"id":"add-1","kind":"add","title":"Find somebody","weekly":60}]}`
	const version = `{"number":4,"name":"December","readers":2,"acknowledged":0,"readBy":"2026-11-20T16:00:00Z","chases":2,"chasedAt":"2026-11-21T16:00:00Z","who":[{"name":"Walt","late":true}]}`
	const aTrain = `{"key":"line","productKey":"payments","start":"2026-12-03T20:00","zone":"UTC","services":[{"service":"ledger","version":"{version}"},{"service":"core","version":"{n}"}],"rev":3}`
	answers := map[string]string{"GET /capacity/person/daniel/2026-W48": week, "POST /capacity/person/daniel/2026-W48/take": week, "GET /calendar-versions/4": version, "POST /calendar-versions": version,
		"GET /trains/line": aTrain, "PUT /trains/line": aTrain, "GET /me": `{"zone":"UTC"}`,
		"GET /capacity": `{"weeks":["2026-W48"],"rows":[{"kind":"role","key":"qa","cells":[{"percent":130,"over":true}],"firstOver":"2026-W48","firstCause":{"name":"Load test"}}],
			"first":{"name":"Quality","week":"2026-W48","percent":130,"cause":{"name":"Load test"}}}`}
	address, last := answering(t, answers)
	for _, c := range []struct{ line, request, body, says string }{
		{"capacity show", "", "", "First over 100 %: Quality, week 2026-W48, 130 %, because of Load test."},
		{"capacity show", "", "", "W48 Load test"},
		{"capacity why person daniel 2026-W48", "", "", "move-1"},
		{"capacity take person daniel 2026-W48 move-1", "POST /capacity/person/daniel/2026-W48/take", `{"way":"move-1"}`, "Week 2026-W48 of Daniel is at 95 %."},
		{"calendar show 4", "", "", "Has not read it in time  Walt"},
		{"calendar show 4", "", "", "2 times, last 2026-11-21 16:00Z"},
		{"calendar publish December --from 2026-12-01T00:00 --to 2027-01-01T00:00 --read-by 2026-11-25T17:00", "POST /calendar-versions",
			`{"name":"December","from":"2026-12-01T00:00:00Z","to":"2027-01-01T00:00:00Z","readBy":"2026-11-25T17:00:00Z"}`, "Version 4 of the calendar"},
		{"train show line", "", "", "Carries ledger, core {n}"},
		{"train set line --service ledger --service core={train}.{n}", "PUT /trains/line",
			`{"key":"line","product":"payments","start":"2026-12-03T20:00","zone":"UTC","rrule":"","length":"","lead":"","pattern":"","services":[{"service":"ledger"},{"service":"core","version":"{train}.{n}"}],"rev":3}`, "is changed"},
	} {
		*last = heard{}
		status, out, fault := run0(strings.Fields(c.line), Server{}, "SLIPWAY_URL="+address)
		if status != ExitYes {
			t.Errorf("%s: status %d: %s", c.line, status, fault)
			continue
		}
		if c.request != "" && (last.line != c.request || strings.TrimSpace(last.body) != c.body) {
			t.Errorf("%s:\n%s %s\nwant\n%s %s", c.line, last.line, last.body, c.request, c.body)
		}
		if !strings.Contains(out, c.says) {
			t.Errorf("%s says %q", c.line, out)
		}
	}
}

package cli

import (
	"strings"
	"testing"
)

func TestMayDeployLine(t *testing.T) {
	for _, c := range []struct {
		answer, says string
		status       int
	}{
		{`{"allowed":true,"reasons":[{"code":"clearance.release_ready","text":"Release r is GO."}],"service":"ledger","version":"1","environment":"prod","at":"2026-11-19T13:08:00Z"}`, "Yes: ledger 1 to prod", ExitYes},
		{`{"allowed":false,"reasons":[{"code":"calendar.freeze_hard","text":"Freeze.","next":"Wait."}],"nextOpening":"2026-12-01T00:00:00Z","service":"ledger","version":"1","environment":"prod","at":"2026-11-19T13:08:00Z"}`,
			"Freeze. Wait. [calendar.freeze_hard]\n  Next opening: 2026-12-01T00:00:00Z.", ExitNo},
	} {
		address, last := answering(t, map[string]string{"POST /may-deploy": c.answer})
		status, out, err := run0(strings.Fields("--server "+address+" may-deploy --service ledger --version 1 --environment prod --at 2026-11-20T00:00:00Z"), Server{})
		if status != c.status || !strings.Contains(out, c.says) {
			t.Errorf("status %d: %s%s", status, out, err)
		}
		if last.body != `{"service":"ledger","version":"1","environment":"prod","at":"2026-11-20T00:00:00Z"}`+"\n" {
			t.Errorf("asked %s", last.body)
		}
	}
}

func TestFreezeLines(t *testing.T) {
	const freeze = `{"id":"f","kind":"freeze","key":"peak","name":"Peak","reason":"Sales","owner":"p","start":"2026-11-23T00:00","end":"2026-12-02T00:00","zone":"Europe/Copenhagen","hard":true,"running":"pause","rev":4,"scope":{"tiers":["production"]}}`
	address, last := answering(t, map[string]string{"POST /freezes": `{"period":` + freeze + `}`, "GET /freezes/peak": freeze, "PUT /freezes/peak": `{"period":` + freeze + `}`,
		"POST /freezes/peak/withdraw": `{"period":` + freeze + `}`, "GET /freezes": `{"items":[` + freeze + `]}`, "GET /me": `{"zone":"Europe/Copenhagen"}`})
	for _, c := range []struct{ line, request, body, says string }{
		{"freeze add peak --from 2026-11-23T00:00 --to 2026-12-02T00:00 --reason Sales --tier production --soft --dry-run", "POST /freezes?dryRun=true",
			`{"key":"peak","name":"peak","reason":"Sales","start":"2026-11-23T00:00","end":"2026-12-02T00:00","zone":"Europe/Copenhagen","hardness":"soft","running":"finish","tiers":["production"]}`, ""},
		{"freeze add peak --start 2026-11-23T00:00 --end 2026-12-02T00:00 --reason Sales --tier production --soft --dry-run", "POST /freezes?dryRun=true",
			`{"key":"peak","name":"peak","reason":"Sales","start":"2026-11-23T00:00","end":"2026-12-02T00:00","zone":"Europe/Copenhagen","hardness":"soft","running":"finish","tiers":["production"]}`, ""},
		{"freeze set peak --to 2026-12-03T00:00", "PUT /freezes/peak",
			`{"key":"peak","name":"Peak","reason":"Sales","owner":"p","start":"2026-11-23T00:00","end":"2026-12-03T00:00","zone":"Europe/Copenhagen","hardness":"hard","running":"pause","tiers":["production"],"rev":4}`, "Freeze peak is changed."},
		{"freeze close peak --reason Over", "POST /freezes/peak/withdraw", `{"reason":"Over"}`, "Freeze peak is withdrawn."},
		{"freeze list", "", "", "hard, over"},
	} {
		*last = heard{}
		status, out, err := run0(strings.Fields("--server "+address+" "+c.line), Server{})
		if status != ExitYes {
			t.Errorf("%s: status %d: %s", c.line, status, err)
		}
		if last.line != c.request || strings.TrimSpace(last.body) != c.body || !strings.Contains(out, c.says) {
			t.Errorf("%s: asked %s %s, said %s", c.line, last.line, last.body, out)
		}
	}
}

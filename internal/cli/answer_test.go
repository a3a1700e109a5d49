package cli

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"slipway/client"
)

// TestListLines holds lists and questions against the addresses that they read and what they print.
func TestListLines(t *testing.T) {
	const reason = `"reasons":[{"code":"calendar.freeze_hard","text":"Freeze Peak is in force."}]`
	answers := map[string]string{
		"/may-deploy/answers": `{"items":[{"id":"a1","at":"2026-11-20T00:00:00Z","service":"ledger","environment":"prod","version":"1","allowed":false,"answer":{` + reason + `},"askedBy":"p","askedAt":"2026-11-19T13:08:00Z"}]}`,
		"/overrides":          `{"items":[{"id":"o1","serviceKey":"ledger","environmentKey":"prod","digest":"sha256:ab","reason":"Fraud","until":"2026-11-20T00:00:00Z","byName":"Maya","state":"over"}]}`,
		"/openness":           `{"environment":"prod","service":"ledger","at":"2026-11-19T13:08:00Z","state":"closed",` + reason + `,"next":{"at":"2026-12-02T00:00:00Z","until":"2026-12-20T00:00:00Z","state":"open"},"validUntil":"2026-12-02T00:00:00Z"}`,
		"/me":                 `{"zone":"Europe/Copenhagen"}`,
	}
	asked := ""
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := strings.TrimPrefix(r.URL.Path, "/api/v1")
		if path != "/me" {
			asked = strings.TrimPrefix(r.URL.RequestURI(), "/api/v1")
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, answers[path])
	}))
	t.Cleanup(s.Close)
	for _, c := range []struct{ line, asks, says string }{
		{"answer list", "/may-deploy/answers", "refused  calendar.freeze_hard"},
		{"answer list --service ledger --environment prod --outcome refused", "/may-deploy/answers?environment=prod&outcome=refused&service=ledger", "2026-11-19 13:08Z"},
		{"-o json answer list", "/may-deploy/answers", `"code": "calendar.freeze_hard"`},
		{"override list --standing --service ledger", "/overrides?service=ledger&standing=true", "sha256:ab  over"},
		{"openness show --environment prod", "/openness?environment=prod", "Closed: ledger in prod, at 2026-11-19 13:08Z.\n  Freeze Peak is in force. [calendar.freeze_hard]\n  Next: open from 2026-12-02T00:00:00Z to"},
		{"openness show --environment prod --service ledger --at 2026-11-20T01:00", "/openness?at=2026-11-20T00%3A00%3A00Z&environment=prod&service=ledger", "Holds until"},
		{"-o json openness show --environment prod", "/openness?environment=prod", `"state": "closed"`},
	} {
		status, out, err := run0(strings.Fields("--server "+s.URL+" "+c.line), Server{})
		if status != ExitYes || asked != c.asks || !strings.Contains(out, c.says) {
			t.Errorf("%s: status %d, asked %s, said %s%s", c.line, status, asked, out, err)
		}
	}
	for _, line := range []string{"answer list --outcome perhaps", "openness show"} {
		if status, _, _ := run0(strings.Fields("--server "+s.URL+" "+line), Server{}); status == ExitYes {
			t.Errorf("%s is taken", line)
		}
	}
	if status, _, err := run0(strings.Fields("--server "+s.URL+" openness show --environment prod --at soon"), Server{}); status == ExitYes || !strings.Contains(err, "--at") {
		t.Errorf("a faulty instant: %d %s", status, err)
	}
}

func TestReach(t *testing.T) {
	for want, r := range map[string]client.Reach{
		"everything": {}, "ledger statements, production": {Services: []string{"ledger", "statements"}, Tiers: []string{"production"}}, "prod, all tier-1, all tier-2": {Environments: []string{"prod"}, ServiceTiers: []int{1, 2}},
	} {
		if got := reach(r); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

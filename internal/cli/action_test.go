package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const anAction = `{"id":"x","key":"A-7","title":"Rehearse","state":"started","rev":4,"owner":"p","due":"2026-11-26T16:00:00Z","source":{"kind":"risk","ref":"R-1","name":"R-1, No way back"},"releaseKey":"r",
	"closesWith":"it passes","proof":{"text":"Run 32","name":"run.txt","digest":"2700165975f6","size":7}}`

// The exact lines of the command line become these requests.
func TestActionLines(t *testing.T) {
	file := filepath.Join(t.TempDir(), "run.txt")
	if err := os.WriteFile(file, []byte("passed\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	answers := map[string]string{"POST /actions": anAction, "GET /actions": `{"items":[` + anAction + `]}`, "GET /actions/A-7": anAction, "PATCH /actions/A-7": anAction,
		"GET /actions/A-7/proof": "passed\n", "POST /actions/A-7/done": strings.Replace(anAction, "started", "said-done", 1), "GET /me": `{"zone":"Europe/Copenhagen"}`}
	for _, verb := range []string{"start", "close", "send-back", "drop", "reopen"} {
		answers["POST /actions/x/"+verb] = anAction
	}
	address, last := answering(t, answers)
	for _, c := range []struct{ line, request, body, says string }{
		{"action add Rehearse --owner ines --due 2026-11-26T17:00 --source risk --ref R-1 --closes-with passes", "POST /actions",
			`{"title":"Rehearse","owner":"ines","due":"2026-11-26T17:00:00+01:00","source":"risk","ref":"R-1","closesWith":"passes"}`, "A-7 is open."},
		{"action list --overdue --mine --source risk --release r", "", "", "risk: R-1, No way back"},
		{"action show A-7", "", "", "run.txt"},
		{"action set A-7 --title Again --no-proof --note why", "PATCH /actions/A-7", `{"title":"Again","proof":false,"note":"why","rev":4}`, "A-7 is changed."},
		{"action start A-7", "POST /actions/x/start", `{"rev":4}`, "A-7 is started."},
		{"action done A-7 --text seen --file " + file, "POST /actions/A-7/done", `{"text":"seen","file":"cGFzc2VkCg==","name":"run.txt","rev":4}`, "A-7 waits for somebody else to close it."},
		{"action close A-7 --note seen", "POST /actions/x/close", `{"note":"seen","rev":4}`, "A-7 is started."},
		{"action send-back A-7 --reason which", "POST /actions/x/send-back", `{"note":"which","rev":4}`, "A-7"},
		{"action drop A-7 --reason no", "POST /actions/x/drop", `{"note":"no","rev":4}`, "A-7"},
		{"action reopen A-7 --reason failed", "POST /actions/x/reopen", `{"note":"failed","rev":4}`, "A-7"},
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
	if status, out, fault := run0([]string{"action", "proof", "A-7"}, Server{}, "SLIPWAY_URL="+address); status != ExitYes || out != "passed\n" {
		t.Errorf("proof: %d %q %s", status, out, fault)
	}
	for _, line := range []string{"action add", "action add x --source dream", "action add x --due soon", "action drop A-7", "action send-back A-7", "action reopen A-7", "action show"} {
		if status, _, fault := run0(strings.Fields(line), Server{}, "SLIPWAY_URL="+address); status != ExitUsage {
			t.Errorf("%s: status %d: %s", line, status, fault)
		}
	}
}

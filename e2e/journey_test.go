package e2e

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func decode(t *testing.T, text string, dst any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), dst); err != nil {
		t.Fatalf("no JSON: %v\n%s", err, text)
	}
}

// TestJourney2TheBrokenVersion deploys a good version with real input from plan to verified production, then a broken one:
// its verification fails, the run takes it back by itself, the old version answers again, and the bad one is refused
// everywhere from then on.
func TestJourney2TheBrokenVersion(t *testing.T) {
	engines(t, func(t *testing.T, args []string) {
		w := newWorld(t, args)
		w.guard("tiny-1.0.0", "1.0.0")
		w.decide("tiny-1.0.0")
		if r := w.carry("tiny-1.0.0"); r.State != "succeeded" {
			t.Fatalf("the good version's run %s: %+v", r.State, r)
		}
		if s := w.state("tiny-1.0.0"); s != "verified" {
			t.Errorf("the release is %s, want verified", s)
		}
		if a := w.tiny.answers(); !strings.Contains(a, `"1.0.0"`) {
			t.Errorf("what runs says %q", a)
		}

		w.guard("tiny-1.1.0", "1.1.0")
		w.decide("tiny-1.1.0")
		if r := w.run(w.tokens["pipeline"], "may-deploy", "--service", "tiny", "--version", "1.1.0", "--environment", "prod"); r.status != 0 {
			t.Errorf("before the run may-deploy ended with %d: %s%s", r.status, r.out, r.err)
		}
		if r := w.carry("tiny-1.1.0"); r.State != "rolled-back" {
			t.Fatalf("the broken version's run %s: %+v", r.State, r)
		}
		if s := w.state("tiny-1.1.0"); s != "rolled-back" {
			t.Errorf("the release is %s, want rolled-back", s)
		}
		eventually(t, time.Minute, "what ran before the broken version answers again", func() bool {
			a := w.tiny.answers()
			return strings.Contains(a, `"1.0.0"`) && strings.Contains(a, "true")
		})
		for _, e := range []string{"staging", "prod"} {
			r := w.run(w.tokens["pipeline"], "may-deploy", "--service", "tiny", "--version", "1.1.0", "--environment", e)
			if r.status != 3 || !strings.Contains(r.out+r.err, "barred") {
				t.Errorf("may-deploy to %s ended with %d: %s%s", e, r.status, r.out, r.err)
			}
		}
		file := filepath.Join(t.TempDir(), "record.jsonl")
		w.must(adminToken, "ledger", "export", "tiny-1.1.0", "--to", file)
		w.must("", "verify", file, "--key", strings.TrimSpace(w.must(adminToken, "ledger", "key")))
		if out := w.must(adminToken, "ledger", "verify"); !strings.Contains(out, "The ledger holds.") {
			t.Errorf("verify said %s", out)
		}
	})
}

// TestJourney4TheManifestChanges changes the manifest after everybody has signed and GO was decided: exactly the approvals
// that cover it are void, each says what changed, the decision is stale, and the run is refused with the reason.
func TestJourney4TheManifestChanges(t *testing.T) {
	engines(t, func(t *testing.T, args []string) {
		w := newWorld(t, args)
		w.guard("tiny-1.0.0", "1.0.0")
		w.decide("tiny-1.0.0")
		w.as("rory", "release", "set", "tiny-1.0.0", "--service", "tiny=1.1.0@"+w.digest("1.1.0"))
		var list struct {
			Items []struct {
				Role        string `json:"role"`
				State       string `json:"state"`
				Differences map[string][]struct {
					Section string `json:"section"`
				} `json:"differences"`
			} `json:"items"`
		}
		w.into(w.tokens["rory"], &list, "approval", "list", "tiny-1.0.0")
		want := map[string]string{"qa": "void", "security": "void", "operations": "valid", "product": "valid"}
		for _, r := range list.Items {
			if r.State != want[r.Role] {
				t.Errorf("%s is %s, want %s", r.Role, r.State, want[r.Role])
			}
			sections := map[string]bool{}
			for _, x := range r.Differences {
				for _, d := range x {
					sections[d.Section] = true
				}
			}
			if r.State == "void" != (len(sections) == 1 && sections["manifest"]) || r.State != "void" && len(sections) > 0 {
				t.Errorf("%s is %s and tells differences of %v", r.Role, r.State, sections)
			}
			delete(want, r.Role)
		}
		if len(want) != 0 {
			t.Errorf("no state for %v", want)
		}
		if out := w.as("rory", "approval", "list", "tiny-1.0.0"); !strings.Contains(out, "1.1.0") {
			t.Errorf("the difference is not shown:\n%s", out)
		}
		word, codes := w.verdict("tiny-1.0.0")
		if word == "go" || !strings.Contains(strings.Join(codes, " "), "decided:") {
			t.Errorf("the verdict is %s: %v", word, codes)
		}
		r := w.run(w.tokens["rory"], "run", "start", "tiny-1.0.0")
		if r.status != 1 || !strings.Contains(r.err, "clearance.refused") {
			t.Errorf("the run start ended with %d: %s%s", r.status, r.out, r.err)
		}
	})
}

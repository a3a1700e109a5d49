package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	aCriterion = `{"key":"tests","name":"All tests pass","kind":"junit","owner":"qa","rev":3,"state":"not-met","reasons":[{"code":"evidence.missing","text":"There is no evidence.","next":"Send some."}],"answers":[],"waivers":[]}`
	aWaiver    = `{"id":"w1","state":"asked","until":"2026-12-03T06:00:00Z","measure":"Half."}`
	anEvidence = `{"id":"e1","kind":"junit","criterion":"tests","tests":6,"failures":1,"receivedAt":"2026-11-19T13:08:00Z","counts":true,"digest":"ab","size":12,"report":{"warnings":[{"text":"Totals differ.","line":4}]}}`
)

// The exact lines of evidence and criteria become these requests.
func TestGateLines(t *testing.T) {
	file := filepath.Join(t.TempDir(), "report.xml")
	spec := filepath.Join(t.TempDir(), "criterion.yaml")
	for name, content := range map[string]string{file: "<testsuite/>", spec: "key: smoke\nname: Smoke tests pass\nkind: junit\nevidence:\n  minTests: 5\n"} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	address, last := answering(t, map[string]string{
		"POST /releases/r/evidence": anEvidence, "GET /releases/r/evidence": `{"items":[` + anEvidence + `]}`, "GET /evidence/e1": anEvidence, "GET /evidence/e1/original": `"<testsuite/>"`,
		"GET /releases/r/criteria": `{"items":[` + aCriterion + `]}`, "GET /releases/r/criteria/tests": aCriterion, "GET /releases/r/criteria/smoke": aCriterion,
		"POST /releases/r/criteria/tests/confirm": `{"answer":"denied"}`, "POST /releases/r/criteria/tests/waive": aWaiver, "POST /releases/r/criteria/tests/grant": aWaiver, "POST /releases/r/criteria/tests/unwaive": aWaiver,
		"POST /releases/r/criteria": `{"key":"smoke"}`, "PUT /releases/r/criteria/smoke": `{"key":"smoke"}`, "DELETE /releases/r/criteria/tests": "",
	})
	for _, c := range []struct{ line, request, body, says string }{
		{"evidence add r --kind junit --criterion tests --service ledger " + file, "POST /releases/r/evidence?criterion=tests&kind=junit&service=ledger", "<testsuite/>", "6 tests, 1 failure, 0 errors"},
		{"evidence add r --kind junit " + file + " --source p1", "POST /releases/r/evidence?kind=junit&source=p1", "<testsuite/>", "Received as e1 for tests"},
		{"evidence list r --criterion tests", "", "", "failed, counts"},
		{"evidence show e1", "", "", "sha256:ab, 12 bytes"},
		{"evidence original e1", "", "", "<testsuite/>"},
		{"criterion list r --state not-met", "", "", "There is no evidence."},
		{"criterion show r tests", "", "", "All tests pass"},
		{"criterion confirm r tests --deny --note Broken", "POST /releases/r/criteria/tests/confirm", `{"answer":"denied","note":"Broken"}`, "tests of r is denied."},
		{"criterion confirm r tests", "POST /releases/r/criteria/tests/confirm", `{"answer":"confirmed","note":""}`, ""},
		{"criterion waive r tests --reason Late --measure Half --until 2026-12-03T07:00:00+01:00", "POST /releases/r/criteria/tests/waive", `{"reason":"Late","measure":"Half","until":"2026-12-03T07:00:00+01:00"}`, "Somebody else grants it."},
		{"criterion grant r tests --waiver w1", "POST /releases/r/criteria/tests/grant", `{"waiver":"w1"}`, ""},
		{"criterion unwaive r tests --reason Fixed", "POST /releases/r/criteria/tests/unwaive", `{"reason":"Fixed","waiver":""}`, ""},
		{"criterion add r -f " + spec + " --reason Policy", "POST /releases/r/criteria", `{"key":"smoke","name":"Smoke tests pass","kind":"junit","evidence":{"minTests":5},"reason":"Policy"}`, "smoke is added"},
		{"criterion set r -f " + spec, "PUT /releases/r/criteria/smoke", `{"key":"smoke","name":"Smoke tests pass","kind":"junit","evidence":{"minTests":5},"rev":3}`, ""},
		{"criterion drop r tests --reason Gone", "DELETE /releases/r/criteria/tests?reason=Gone&rev=3", "", "is dropped"},
	} {
		*last = heard{}
		status, out, fault := run0(strings.Fields(c.line), Server{}, "SLIPWAY_URL="+address)
		if status != ExitYes {
			t.Errorf("%s: status %d: %s", c.line, status, fault)
			continue
		}
		if last.line != c.request || strings.TrimSpace(last.body) != c.body {
			t.Errorf("%s: sent %s %s, want %s %s", c.line, last.line, last.body, c.request, c.body)
		}
		if !strings.Contains(out, c.says) {
			t.Errorf("%s: says %q, want %q", c.line, out, c.says)
		}
	}
}

func TestVerdictStatus(t *testing.T) {
	const reason = `{"code":"evidence.missing","text":"There is no evidence.","criterion":"tests","owner":"qa","since":"2026-11-19T13:00:00.000000Z","next":"Send some."}`
	for word, want := range map[string]int{"go": ExitYes, "no-go": ExitNo, "pending": ExitNo} {
		reasons := "[]"
		if word != "go" {
			reasons = "[" + reason + "]"
		}
		address, _ := answering(t, map[string]string{"GET /releases/r/verdict": `{"release":"r","verdict":"` + word + `","computedAt":"2026-11-19T13:08:00.000000Z","contentDigest":"sha256:ab","reasons":` + reasons + `}`})
		status, out, _ := run0([]string{"release", "verdict", "r"}, Server{}, "SLIPWAY_URL="+address)
		if status != want || !strings.HasPrefix(out, strings.ToUpper(word)+"  r") || strings.Contains(out, "evidence.missing") != (word != "go") {
			t.Errorf("%s: status %d, %q", word, status, out)
		}
		status, out, _ = run0([]string{"release", "verdict", "r", "-o", "json"}, Server{}, "SLIPWAY_URL="+address)
		var v map[string]any
		if err := json.Unmarshal([]byte(out), &v); err != nil || status != want {
			t.Fatalf("%s: status %d, %v: %s", word, status, err, out)
		}
		keys := func(m map[string]any) []string {
			var ks []string
			for k := range m {
				ks = append(ks, k)
			}
			slices.Sort(ks)
			return ks
		}
		if got := keys(v); !slices.Equal(got, []string{"computedAt", "contentDigest", "reasons", "release", "verdict"}) {
			t.Errorf("the members are %q", got)
		}
		if word != "go" {
			if got := keys(v["reasons"].([]any)[0].(map[string]any)); !slices.Equal(got, []string{"code", "criterion", "next", "owner", "since", "text"}) {
				t.Errorf("the members of a reason are %q", got)
			}
		}
	}
	address, _ := answering(t, nil)
	if status, _, _ := run0([]string{"release", "verdict", "r"}, Server{}, "SLIPWAY_URL="+address); status != ExitFailure {
		t.Errorf("a release that is not there: status %d", status)
	}
	if status, _, _ := run0([]string{"evidence", "add", "r", "--kind", "xml", "x"}, Server{}, "SLIPWAY_URL="+address); status != ExitUsage {
		t.Errorf("an unknown kind: status %d", status)
	}
}

package home_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"slipway/internal/home"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// actions reads every action that the areas and the platform declare.
func actions(t *testing.T) []string {
	t.Helper()
	form := regexp.MustCompile(`(?m)^\s+[A-Z][A-Za-z]*\s+= "([a-z]+\.[a-z_]+)"`)
	var out []string
	for _, pattern := range []string{"../*/events.go", "../platform/auth/*/events.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range form.FindAllStringSubmatch(string(b), -1) {
				out = append(out, m[1])
			}
		}
	}
	return out
}

func TestEveryActionIsASentence(t *testing.T) {
	all := actions(t)
	if len(all) < 80 {
		t.Fatalf("only %d actions were found", len(all))
	}
	for _, a := range all {
		s := home.Entry{Record: ledger.Record{Action: a}}.Sentence()
		if s == "" || strings.ContainsAny(s, "._") || strings.HasSuffix(s, ":") || s[0] < 'A' || s[0] > 'Z' {
			t.Errorf("%s reads %q", a, s)
		}
	}
}

func TestSentence(t *testing.T) {
	for _, x := range []struct{ action, payload, name, want string }{
		{"risk.opened", `{"key":"R-7","after":{"title":"Vendor slips"}}`, "", "Risk opened: Vendor slips"},
		{"approval.signed", `{"role":"qa"}`, "", "Approval signed for qa"},
		{"approval.signed", ``, "", "Approval signed"},
		{"poll.answered", `{"answer":{"role":"quality-assurance","answer":"no-go"}}`, "", "Go/no-go answered for quality assurance: NO-GO"},
		{"poll.answered", `{"answer":{"role":"qa","answer":"go-if"}}`, "", "Go/no-go answered for qa: GO IF"},
		{"release.held", `{}`, "Payments 26.11.0", "Release put on hold: Payments 26.11.0"},
		{"poll.opened", `{"round":2}`, "", "Go/no-go opened, round 2"},
		{"step.succeeded", `{"run":1,"step":"shift"}`, "", "Step succeeded: shift"},
		{"novelty.half_done", `{"name":"This"}`, "", "Novelty half done: This"},
	} {
		e := home.Entry{Record: ledger.Record{Action: x.action, Payload: db.JSON(x.payload)}, Name: x.name}
		if got := e.Sentence(); got != x.want {
			t.Errorf("%s with %s reads %q, want %q", x.action, x.payload, got, x.want)
		}
	}
}

func TestDifferences(t *testing.T) {
	for _, x := range []struct {
		payload string
		want    []home.Difference
	}{
		{`{"before":{"a":1,"rev":1},"after":{"a":2,"rev":2}}`, []home.Difference{{Path: "a", Before: "1", After: "2"}}},
		{`{"changes":[{"section":"window","before":{"start":"x"},"after":{"start":"y"}}],"reason":"r"}`, []home.Difference{{Path: "window.start", Before: "x", After: "y"}}},
		{`{"owner":{"before":"p","after":"q"}}`, []home.Difference{{Path: "owner", Before: "p", After: "q"}}},
		{`{"name":"n","namesBefore":1,"nameBefore":"m"}`, []home.Difference{{Path: "name", Before: "m", After: "n"}}},
		{`{"runbook":"b","version":2,"before":{"runbook":"a","version":2}}`, []home.Difference{{Path: "runbook", Before: "a", After: "b"}}},
		{`{"title":"new"}`, nil},
		{``, nil},
	} {
		got := home.Entry{Record: ledger.Record{Payload: db.JSON(x.payload)}}.Differences()
		if len(got) != len(x.want) {
			t.Errorf("%s differs by %v, want %v", x.payload, got, x.want)
			continue
		}
		for i := range got {
			if got[i] != x.want[i] {
				t.Errorf("%s differs by %v, want %v", x.payload, got, x.want)
			}
		}
	}
}

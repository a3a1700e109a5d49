package e2e

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// unsigned is a template that asks nobody: no signature and no go/no-go, only a criterion.
const unsigned = `
kind: template
key: quick
name: Nobody signs
phases:
  - {key: ready, name: Ready, days: 1}
criteria:
  - {key: checked, name: Somebody looked, kind: confirmation, phase: ready, owner: release-manager}
---
kind: runbook
key: by-hand
name: By hand
steps:
  - {key: deploy, kind: record, back_out: undo, record: {service: owl, environment: prod, version: "${service.owl.version}"}}
  - {key: look, kind: manual, owner: operator, needs: [deploy], verification: true}
back_out:
  steps:
    - {key: undo, kind: record, record: {service: owl, environment: prod, version: "0.9.0", outcome: rolled-back}}
`

// TestJourneyNobodySigns takes a release of a template without signatures out on its verdict alone, without an override,
// rolls it back after it was verified, and restores a backup in which another run is under way.
func TestJourneyNobodySigns(t *testing.T) {
	engines(t, func(t *testing.T, args []string) {
		s := start(t, args)
		s.apply(nightBank)
		s.apply(unsigned)
		manager := s.person("rory", "Rory Manager", "release-manager", "operator")
		create := func(key, version string) {
			from, to := time.Now().Add(-time.Hour).UTC().Format(time.RFC3339), time.Now().Add(5*time.Hour).UTC().Format(time.RFC3339)
			s.must(manager, "release", "create", key, "--product", "night", "--version", version, "--template", "quick", "--window", from+"/"+to,
				"--service", "owl="+version, "--environment", "prod", "--runbook", "by-hand")
			s.must(manager, "release", "plan", key)
			s.must(manager, "release", "activate", key)
		}
		create("owl-1", "1.0.0")
		if r := s.run(manager, "run", "start", "owl-1"); r.status == 0 {
			t.Fatalf("it started before its verdict was GO: %s", r.out)
		}
		s.must(manager, "criterion", "confirm", "owl-1", "checked")
		s.must(manager, "may-deploy", "--service", "owl", "--version", "1.0.0", "--environment", "prod")
		var r runView
		s.into(manager, &r, "run", "start", "owl-1")
		s.asked(manager, r.ID, "look")
		s.must(manager, "run", "confirm", r.ID, "look")
		var rel struct {
			State string `json:"state"`
		}
		s.into(manager, &rel, "release", "show", "owl-1")
		if rel.State != "verified" {
			t.Fatalf("the release is %s, want verified", rel.State)
		}
		if x := s.run(manager, "run", "rollback", r.ID); x.status == 0 || !strings.Contains(x.err+x.out, "Say why") {
			t.Errorf("a roll back without a reason ended with %d: %s%s", x.status, x.out, x.err)
		}
		s.must(manager, "run", "rollback", r.ID, "--reason", "Customers see errors since the morning.")
		eventually(t, time.Minute, "the roll back", func() bool {
			got, err := s.client(manager).Release(t.Context(), "owl-1")
			return err == nil && got.State == "rolled-back"
		})
		if x := s.run(manager, "may-deploy", "--service", "owl", "--version", "1.0.0", "--environment", "prod"); x.status != 3 || !strings.Contains(x.out+x.err, "barred") {
			t.Errorf("the version that was backed out may be deployed: %d %s%s", x.status, x.out, x.err)
		}

		create("owl-2", "2.0.0")
		s.must(manager, "criterion", "confirm", "owl-2", "checked")
		s.into(manager, &r, "run", "start", "owl-2")
		s.asked(manager, r.ID, "look")
		file := filepath.Join(t.TempDir(), "slipway.backup")
		s.must("", append([]string{"backup", file}, args...)...)
		s.must(manager, "run", "confirm", r.ID, "look")
		elsewhere := t.TempDir()
		if out := s.must("", "restore", file, "--data", elsewhere); !strings.Contains(out, "paused now: 1") {
			t.Errorf("the restore said %s", out)
		}
		restored := start(t, []string{"--data", elsewhere})
		if out := restored.must(manager, "run", "show", r.ID); !strings.Contains(out, ": paused") || !strings.Contains(out, "Slipway was restored from the backup") {
			t.Errorf("the restored run is shown as %s", out)
		}
		restored.must(manager, "run", "resume", r.ID)
		restored.must(manager, "run", "confirm", r.ID, "look")
		var back runView
		restored.into(manager, &back, "run", "show", r.ID)
		if back.State != "succeeded" {
			t.Errorf("after it was resumed the run is %s", back.State)
		}
		if out := restored.must(adminToken, "ledger", "verify"); !strings.Contains(out, "The ledger holds.") {
			t.Errorf("verify said %s", out)
		}
	})
}

// asked waits until a step asks a person.
func (s *server) asked(token, run, step string) {
	s.t.Helper()
	eventually(s.t, time.Minute, "the question of "+step, func() bool {
		return s.watch(token, run).step(step) == "awaiting"
	})
}

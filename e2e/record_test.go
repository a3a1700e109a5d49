package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRecordOutlivesTheServer applies files, kills the server, and finds the record whole: on line, off line, and after a
// backup was restored elsewhere.
func TestRecordOutlivesTheServer(t *testing.T) {
	installations(t, func(t *testing.T, args []string) {
		s := start(t, args)
		s.apply("kind: product\nkey: payments\nname: Payments\n---\nkind: service\nkey: ledger\nname: Ledger\nproduct: payments\n")
		s.kill()
		s.up()
		if out := s.must(adminToken, "ledger", "verify"); !strings.Contains(out, "The ledger holds.") {
			t.Errorf("verify said %s", out)
		}
		dir := t.TempDir()
		file := filepath.Join(dir, "record.jsonl")
		s.must(adminToken, "ledger", "export", "--to", file)
		key := strings.TrimSpace(s.must(adminToken, "ledger", "key"))
		s.must("", "verify", file, "--key", key)
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(strings.Replace(string(b), "Payments", "Payment5", 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		if r := s.run("", "verify", file, "--key", key); r.status != 3 {
			t.Errorf("an altered record ended with %d: %s%s", r.status, r.out, r.err)
		}
		backup := filepath.Join(dir, "slipway.backup")
		s.must("", append([]string{"backup", backup}, args...)...)
		elsewhere := t.TempDir()
		s.must("", "restore", backup, "--data", elsewhere)
		restored := start(t, []string{"--data", elsewhere})
		if out := restored.must(adminToken, "ledger", "verify"); !strings.Contains(out, "The ledger holds.") {
			t.Errorf("verify after the restore said %s", out)
		}
		if out := restored.must(adminToken, "service", "list"); !strings.Contains(out, "ledger") {
			t.Errorf("services after the restore: %s", out)
		}
	})
}

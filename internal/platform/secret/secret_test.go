package secret_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"slipway/internal/errs"
	"slipway/internal/platform/secret"
)

func TestLook(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "secrets")
	if err := os.Mkdir(dir, 0o750); err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]struct {
		text string
		mode os.FileMode
	}{
		"router": {"from a file\n", 0o640}, "lines": {"one line\r\nanother line\r\n", 0o600}, "short": {"1234567", 0o600}, "wide": {"everybody", 0o644},
		"group": {"writable by all of us", 0o660}, "bytes": {"\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8", 0o600}, "long": {strings.Repeat("x", secret.Greatest+1), 0o600},
		"both": {"of the file", 0o600}, ".hidden": {"not for runbooks", 0o600},
	} {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, []byte(f.text), f.mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(p, f.mode); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "inner"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(dir, "router"), filepath.Join(dir, "linked")); err != nil {
		t.Fatal(err)
	}
	s, err := secret.New(func(name string) (string, bool) {
		v, ok := map[string]string{"both": "of the environment", "tiny": "x"}[name]
		return v, ok
	}, dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]struct {
		value, reason string
	}{
		"router": {value: "from a file"}, "linked": {value: "from a file"}, "lines": {value: "one line\r\nanother line"}, "both": {value: "of the environment"},
		"short": {reason: "secret.short"}, "tiny": {reason: "secret.short"}, "wide": {reason: "secret.open"}, "group": {reason: "secret.open"},
		"bytes": {reason: "secret.text"}, "long": {reason: "secret.long"},
		"none": {}, ".hidden": {}, "../secrets/router": {}, "inner": {}, "": {}, "..": {},
	} {
		v, ok, err := s.Look(t.Context(), name)
		if errs.ReasonOf(err) != want.reason && (err != nil || want.reason != "") || v != want.value || ok != (want.value != "") {
			t.Errorf("%s: %q %v %v", name, v, ok, err)
		}
		if err != nil && strings.Contains(err.Error(), "everybody\n") {
			t.Errorf("%s: the fault tells the secret", name)
		}
	}
	// One that is replaced counts at once.
	if err := os.WriteFile(filepath.Join(dir, "router"), []byte("replaced meanwhile"), 0o600); err != nil {
		t.Fatal(err)
	}
	if v, _, _ := s.Look(t.Context(), "router"); v != "replaced meanwhile" {
		t.Errorf("%q", v)
	}
}

func TestDirectory(t *testing.T) {
	none := func(string) (string, bool) { return "", false }
	wide := filepath.Join(t.TempDir(), "wide")
	if err := os.Mkdir(wide, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(wide, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := secret.New(none, wide); errs.ReasonOf(err) != "secret.open" {
		t.Error(err)
	}
	if _, err := secret.New(none, filepath.Join(wide, "none")); errs.ReasonOf(err) != "secret.directory" {
		t.Error(err)
	}
	s, err := secret.New(none, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, ok, err := s.Look(t.Context(), "router"); ok || err != nil {
		t.Error(ok, err)
	}
}
